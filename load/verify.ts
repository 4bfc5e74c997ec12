import type { StoredOrder, StoredPayment, StoredRefund, StoreFacts, Units } from "./facts.ts";
import type { Customer } from "./journeys/customers.ts";
import type { LedgerEntry } from "./ledger.ts";
import { linesOf } from "./lines.ts";
import { linksOf } from "./page.ts";
import type { Visitor } from "./visitor.ts";

/** How the store was before the load. */
export interface Before {
  moment: string;
  stock: Units;
  sold: Units;
}

/** What the books say of a load. */
export interface Verdict {
  /** Each in a sentence; empty where nothing is wrong. */
  problems: string[];
  /** The cluster in which each order of the load is, by the order's id. */
  clusterOf: Map<string, string>;
  /** Orders that the databases have of the time of the load. */
  stored: number;
}

const drainMilliseconds = 60_000;
const pollMilliseconds = 2_000;
const mostHistoryPages = 1_000;

/** Notes how the store is; nobody else may change it until {@link verify}. */
export async function lookBefore(facts: StoreFacts): Promise<Before> {
  const left = await drain(facts);
  if (left > 0) {
    throw new Error(`${left} orders of earlier are unfinished: a load's books would not be right`);
  }
  const [moment, stock, sold] = await Promise.all([facts.now(), facts.stock(), facts.sold()]);
  return { moment, stock, sold };
}

/**
 * Compares what was acknowledged with what the databases and the store's own pages have: every
 * order once and unchanged, paid once, refunded once where its buyer asked for that, and not a
 * piece of stock too many or too few.
 */
export async function verify(
  entries: readonly LedgerEntry[],
  buyers: readonly Customer[],
  before: Before,
  facts: StoreFacts,
): Promise<Verdict> {
  const left = await drain(facts);
  const [orders, payments, refunds, stock, sold] = await Promise.all([
    facts.ordersSince(before.moment),
    facts.paymentsSince(before.moment),
    facts.refundsSince(before.moment),
    facts.stock(),
    facts.sold(),
  ]);
  const problems = [
    ...(left > 0
      ? [`${left} orders are still unfinished after ${drainMilliseconds / 1000} s`]
      : []),
    ...ordersAgainstLedger(entries, orders),
    ...doubled(orders),
    ...paidOnce(orders, payments),
    ...refundedOnce(orders, refunds),
    ...stockConserved(before, stock, sold),
    ...(await historiesAgainstLedger(entries, buyers)),
  ];
  const clusterOf = new Map(orders.map(({ id, cluster }) => [id, cluster]));
  return { problems, clusterOf, stored: orders.length };
}

/** @returns how many orders are unfinished when there are none or the time is up */
async function drain(facts: StoreFacts): Promise<number> {
  const deadline = Date.now() + drainMilliseconds;
  for (;;) {
    const left = await facts.unfinished();
    if (left === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

function ordersAgainstLedger(
  entries: readonly LedgerEntry[],
  orders: readonly StoredOrder[],
): string[] {
  const byId = Map.groupBy(orders, ({ id }) => id);
  return entries.flatMap((entry) => {
    const name = `order ${entry.orderId} of ${entry.account}`;
    const found = byId.get(entry.orderId) ?? [];
    const [order] = found;
    if (!order) return [`${name}, acknowledged at ${entry.takenAt}, is lost`];
    if (found.length > 1) {
      return [`${name} is there ${found.length} times: ${found.map((one) => one.cluster)}`];
    }
    return differences(entry, order).map((difference) => `${name}: ${difference}`);
  });
}

function differences(entry: LedgerEntry, order: StoredOrder): string[] {
  const confirmed = entry.confirmedAt !== undefined;
  const expected = confirmed ? ["confirmed"] : entry.cancelled ? ["cancelled"] : finalStates;
  const lines = linesOf(entry.lines);
  return [
    ...(expected.includes(order.state)
      ? []
      : [`the customer was told ${expected.join(" or ")}, but it is ${order.state}`]),
    ...(entry.refunded && !order.refunded
      ? ["the customer was told that it is refunded, but it is not"]
      : []),
    ...(order.lines === lines ? [] : [`it has ${order.lines}, but ${lines} were bought`]),
    ...(order.totalMinor === entry.totalMinor
      ? []
      : [`its total is ${order.totalMinor}, but the customer saw ${entry.totalMinor}`]),
    ...(order.idempotencyKey === entry.idempotencyKey
      ? []
      : [`its key is ${order.idempotencyKey}, but ${entry.idempotencyKey} was sent`]),
  ];
}

const finalStates = ["confirmed", "cancelled"];

function doubled(orders: readonly StoredOrder[]): string[] {
  const byKey = Map.groupBy(orders, (order) => `${order.accountId} ${order.idempotencyKey}`);
  return [...byKey.values()]
    .filter((same) => same.length > 1)
    .map((same) => `one purchase made the orders ${same.map(({ id }) => id).join(", ")}`);
}

/** The payment provider's books have the account's money: they must say what the orders say. */
function paidOnce(orders: readonly StoredOrder[], payments: readonly StoredPayment[]): string[] {
  const approved = Map.groupBy(
    payments.filter(({ outcome }) => outcome === "approved"),
    ({ orderId }) => orderId,
  );
  const ofOrders = orders.flatMap(({ id, state, totalMinor }) => {
    const paid = (approved.get(id) ?? []).map(({ amountMinor }) => amountMinor);
    const due = state === "confirmed" ? [totalMinor] : [];
    return String(paid) === String(due)
      ? []
      : [
          `order ${id} is ${state}: ${due.join() || "nothing"} due, ${paid.join() || "nothing"} paid`,
        ];
  });
  const known = new Set(orders.map(({ id }) => id));
  const unknown = [...approved.keys()].filter((id) => !known.has(id));
  return [
    ...ofOrders,
    ...unknown.map((id) => `there is a payment for the order ${id}, but no order`),
  ];
}

/** A refund that was asked for was made once and in full, and no other. */
function refundedOnce(orders: readonly StoredOrder[], refunds: readonly StoredRefund[]): string[] {
  const byOrder = Map.groupBy(refunds, ({ orderId }) => orderId);
  return orders.flatMap(({ id, refunded, totalMinor }) => {
    const returned = (byOrder.get(id) ?? []).map(({ amountMinor }) => amountMinor);
    const due = refunded ? [totalMinor] : [];
    return String(returned) === String(due)
      ? []
      : [`order ${id}: ${due.join() || "nothing"} to refund, ${returned.join() || "nothing"} was`];
  });
}

function stockConserved(before: Before, stock: Units, sold: Units): string[] {
  return [...stock].flatMap(([product, now]) => {
    const then = before.stock.get(product) ?? 0;
    const soldSince = (sold.get(product) ?? 0) - (before.sold.get(product) ?? 0);
    const name = `product ${product}`;
    return [
      ...(now < 0 ? [`${name} is oversold: its stock is ${now}`] : []),
      ...(now === then - soldSince
        ? []
        : [
            `${name} had ${then}, sold ${soldSince}, and has ${now} instead of ${then - soldSince}`,
          ]),
    ];
  });
}

/** Everybody's history, as the store shows it. */
async function historiesAgainstLedger(
  entries: readonly LedgerEntry[],
  buyers: readonly Customer[],
): Promise<string[]> {
  const byAccount = Map.groupBy(entries, ({ account }) => account);
  const problems: string[] = [];
  for (const { email, visitor } of buyers) {
    const bought = byAccount.get(email);
    if (!bought) continue;
    try {
      const shown = await historyOf(visitor);
      for (const { orderId } of bought) {
        const times = shown.filter((id) => id === orderId).length;
        if (times !== 1) problems.push(`${email}'s history shows order ${orderId} ${times} times`);
      }
    } catch (error) {
      problems.push(`${email}'s history can't be read: ${String(error)}`);
    }
  }
  return problems;
}

async function historyOf(visitor: Visitor): Promise<string[]> {
  const shown: string[] = [];
  let next: string | undefined = "/orders";
  for (let count = 0; next !== undefined && count < mostHistoryPages; count++) {
    const page = await visitor.get(next);
    shown.push(...linksOf(page, /^\/orders\/[\w-]+$/).map((link) => link.slice("/orders/".length)));
    [next] = linksOf(page, /^\/orders\?cursor=/);
  }
  return shown;
}
