import { Shopper } from "../../test/support/shopper.ts";

/** Headers of somebody who has looked at the store before. */
export async function guestHeaders(origin: string): Promise<Record<string, string>> {
  const guest = new Shopper(origin);
  await guest.get("/");
  return headersOf(guest);
}

/** Headers of somebody who has bought something and has something else in the cart. */
export async function customerHeaders(
  origin: string,
  slug: string,
): Promise<Record<string, string>> {
  const customer = new Shopper(origin);
  await customer.register();
  await customer.addToCart(slug);
  const checkout = await customer.get("/checkout");
  const order = await customer.submit(checkout, "/checkout", {
    name: "Ada Moreau",
    street: "1 Bench Lane",
    postalCode: "D01 F5P2",
    city: "Dublin",
    country: "IE",
    cardNumber: "4242 4242 4242 4242",
  });
  if (!order.path.startsWith("/orders/")) throw new Error(`nothing was bought:\n${order.html}`);
  await customer.addToCart(slug);
  return headersOf(customer);
}

function headersOf({ cookies }: Shopper): Record<string, string> {
  return { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
}
