import type { LedgerEntry, Line } from "../ledger.ts";
import { allFormFields, formFields, linksOf, type Page } from "../page.ts";
import type { JourneyEnd } from "../tally.ts";
import type { Visitor } from "../visitor.ts";
import { expectPage } from "./browse.ts";
import { changeMind } from "./cancellation.ts";
import type { JourneyContext } from "./context.ts";
import type { Customer } from "./customers.ts";
import { pause, persistently } from "./persistence.ts";

const approvedCard = "4242 4242 4242 4242";
/** For how long a customer sends the form again, or looks at the order again. */
const patienceMilliseconds = 90_000;
/** Of customers whose order was confirmed: how many cancel it. */
const fickle = 0.05;

/**
 * A product into the cart, and everything in the cart bought. Where the store does not answer, the
 * same form is sent again; the order is in the ledger from the moment when the store names it.
 */
export async function purchase(context: JourneyContext): Promise<JourneyEnd> {
  const customer = await context.customers.take();
  const cart = await fillCart(context, customer.visitor).catch((error: Error) => {
    // Without an answer the product may still come into the cart, whenever: this customer buys no more.
    context.customers.replace();
    throw error;
  });
  try {
    return cart ? await payFor(cart, context, customer) : "refused";
  } finally {
    context.customers.giveBack(customer);
  }
}

/** @returns the cart; undefined where it can't be bought as it is */
async function fillCart(
  { catalogue, random }: JourneyContext,
  visitor: Visitor,
): Promise<Page | undefined> {
  const product = expectPage(await visitor.get(random.pick(catalogue.products)));
  if (allFormFields(product, "/cart/add").length === 0) return undefined;
  const quantity = random.next() < 0.2 ? "2" : "1";
  const cart = expectPage(await visitor.submit(product, "/cart/add", { quantity }));
  if (linksOf(cart, /^\/checkout$/).length > 0) return cart;
  await emptyCart(visitor, cart);
  return undefined;
}

/** A cart with more than there is left can't be bought, now or later. */
async function emptyCart(visitor: Visitor, cart: Page): Promise<void> {
  let page = cart;
  for (let [line] = allFormFields(page, "/cart/update"); line; ) {
    page = await visitor.submit(page, "/cart/update", { ...line, remove: "yes" });
    [line] = allFormFields(page, "/cart/update");
  }
}

async function payFor(
  cart: Page,
  context: JourneyContext,
  customer: Customer,
): Promise<JourneyEnd> {
  const { visitor } = customer;
  const checkout = expectPage(await visitor.get("/checkout"));
  // It leads back to the cart where somebody else has just bought the last piece.
  if (allFormFields(checkout, "/checkout").length === 0) return "refused";
  const { idempotencyKey = "", expectedTotalMinor } = formFields(checkout, "/checkout");
  const deadline = Date.now() + patienceMilliseconds;
  const delivery = deliveryTo(customer);
  const { location, page } = await persistently(context, deadline, () =>
    visitor.send(checkout, "/checkout", delivery, true),
  );
  const [, orderId] = /^\/orders\/([\w-]+)$/.exec(location ?? "") ?? [];
  if (!orderId) return refusal(page);
  const entry: LedgerEntry = {
    orderId,
    idempotencyKey,
    account: customer.email,
    lines: linesOf(cart),
    totalMinor: Number(expectedTotalMinor),
    takenAt: new Date().toISOString(),
  };
  context.ledger.record(entry);
  return await seeThrough(context, visitor, entry, deadline);
}

/** What the customer can correct, like a cart that sold out, is no failure of the store's. */
function refusal({ status }: Page): JourneyEnd {
  if (status === 422 || status === 303) return "refused";
  throw new Error(`answer ${status} to the checkout's form`);
}

/** Looks at the order until the store says what became of it. */
async function seeThrough(
  context: JourneyContext,
  visitor: Visitor,
  entry: LedgerEntry,
  deadline: number,
): Promise<JourneyEnd> {
  for (;;) {
    const page = await persistently(context, deadline, () =>
      visitor.get(`/orders/${entry.orderId}`),
    );
    if (isConfirmed(page)) {
      const confirmed = { ...entry, confirmedAt: new Date().toISOString() };
      context.ledger.record(confirmed);
      if (context.random.next() < fickle) {
        await changeMind(context, visitor, page, confirmed, deadline);
      }
      return "done";
    }
    if (isCancelled(page)) {
      context.ledger.record({ ...entry, cancelled: true });
      return "refused";
    }
    if (Date.now() > deadline || context.signal.aborted) {
      throw new Error("an order was taken, but not finished in time");
    }
    await pause(context.signal);
  }
}

/** What the store's pages show of an order, in whatever language: the class of its heading. */
function isConfirmed({ html }: Page): boolean {
  return html.includes('class="outcome good"');
}

function isCancelled({ html }: Page): boolean {
  return html.includes('class="outcome bad"');
}

function linesOf(cart: Page): Line[] {
  return allFormFields(cart, "/cart/update").map(({ productId, quantity }) => ({
    productId: Number(productId),
    quantity: Number(quantity),
  }));
}

function deliveryTo({ email }: Customer): Record<string, string> {
  return {
    name: email.split("@")[0] ?? "",
    street: "1 Load Lane",
    postalCode: "D01 F5P2",
    city: "Dublin",
    country: "IE",
    cardNumber: approvedCard,
  };
}
