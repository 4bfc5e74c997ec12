import { type Books, DoomedReplica, type Spot } from "../support/doomed-replica.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";
const SECONDS = 30;

const NOTHING: Books = { states: [], charges: 0, refunds: 0, stock: 100, cart: 2 };
const CONFIRMED: Books = { states: ["confirmed"], charges: 1, refunds: 0, stock: 98, cart: 0 };
const CANCELLED: Books = { states: ["cancelled"], charges: 0, refunds: 0, stock: 100, cart: 2 };
const REFUNDED: Books = { states: ["refunded"], charges: 1, refunds: 1, stock: 100, cart: 0 };

interface Crash {
  /** What the replica was killed before. */
  before: string;
  spot: Spot;
  end: Books;
  /** When the buyer asks for the same once more. @default the same */
  again?: Books;
}

function order(event: "INSERT" | "UPDATE", state: string): Spot {
  return { database: "orders", table: "orders", event, id: "id", when: `NEW.state = '${state}'` };
}

function insert(database: string, table: string, when = "true"): Spot {
  return { database, table, event: "INSERT", id: "order_id", when };
}

const RELEASE = insert("catalog", "reservations", "NEW.state = 'released'");
const REFUND_END: Spot = { ...insert("orders", "refunds"), event: "UPDATE" };

const PURCHASE: Crash[] = [
  {
    before: "its order is committed",
    spot: order("INSERT", "pending"),
    end: NOTHING,
    again: CONFIRMED,
  },
  {
    before: "the stock is reserved",
    spot: insert("catalog", "reservations", "NEW.state = 'held'"),
    end: CONFIRMED,
  },
  { before: "the reservation is noted", spot: order("UPDATE", "reserved"), end: CONFIRMED },
  { before: "the card is charged", spot: insert("orders", "simulated_payments"), end: CONFIRMED },
  { before: "the charge is noted", spot: order("UPDATE", "confirmed"), end: CONFIRMED },
  {
    before: "the buyer is told of the confirmation",
    spot: { ...order("UPDATE", "confirmed"), committed: true },
    end: CONFIRMED,
  },
];

const COMPENSATION: Crash[] = [
  { before: "the refusal is noted", spot: order("UPDATE", "compensating"), end: CANCELLED },
  {
    before: "the payment is voided",
    spot: insert("orders", "simulated_payments", "NEW.outcome = 'voided'"),
    end: CANCELLED,
  },
  { before: "the stock is released", spot: RELEASE, end: CANCELLED },
  { before: "the release is noted", spot: order("UPDATE", "cancelled"), end: CANCELLED },
  {
    before: "the buyer is told of the end",
    spot: { ...order("UPDATE", "cancelled"), committed: true },
    end: CANCELLED,
  },
];

const REFUND: Crash[] = [
  {
    before: "the wish is committed",
    spot: insert("orders", "refunds"),
    end: CONFIRMED,
    again: REFUNDED,
  },
  { before: "the money is given back", spot: insert("orders", "simulated_refunds"), end: REFUNDED },
  { before: "the stock is given back", spot: RELEASE, end: REFUNDED },
  { before: "both are noted", spot: REFUND_END, end: REFUNDED },
  {
    before: "the buyer is told of the refund",
    spot: { ...REFUND_END, committed: true },
    end: REFUNDED,
  },
];

let store: Store;
const replicas = new Map<Crash, DoomedReplica>();

function prepare(crash: Crash): DoomedReplica {
  const card = COMPENSATION.includes(crash) ? DECLINED : APPROVED;
  const replica = new DoomedReplica(store, 100 + replicas.size, card);
  replicas.set(crash, replica);
  return replica;
}

async function ask(crash: Crash, replica: DoomedReplica, orders?: string): Promise<void> {
  if (REFUND.includes(crash)) await replica.cancel(orders);
  else await replica.buy(orders);
}

// One after the other, so that those who come later find what is left of all of them by then.
beforeAll(async () => {
  store = await startStore();
  for (const crash of [...PURCHASE, ...COMPENSATION, ...REFUND]) {
    const replica = prepare(crash);
    await replica.prepare();
    if (REFUND.includes(crash)) await replica.buy();
    await replica.killAt(crash.spot, (orders) => ask(crash, replica, orders));
  }
}, 400_000);

afterAll(() => store?.stop());

describe.each([
  ["a purchase", PURCHASE],
  ["a purchase that is undone", COMPENSATION],
  ["a refund", REFUND],
])("%s whose replica was killed", (_what, crashes) => {
  test.each(crashes)("before $before", async (crash) => {
    const replica = replicas.get(crash);
    if (!replica) throw new Error("it was not killed");
    await until("another replica to finish it", async () => !(await replica.hasWorkLeft()), 60);
    expect(await replica.books()).toEqual(crash.end);
    const seconds = await replica.secondsToEnd();
    expect(seconds).toBeLessThan(SECONDS);
    // Something was left to do, unless the replica was killed before its first or after its last commit.
    expect(seconds > 0).toBe(!crash.spot.committed && crash.again === undefined);
    await ask(crash, replica);
    expect(await replica.books()).toEqual(crash.again ?? crash.end);
  });
});
