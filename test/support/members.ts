import { type Page, Shopper } from "./shopper.ts";
import type { Store } from "./store.ts";

export const PASSWORD = "correct horse battery";
export const NEW_PASSWORD = "wool socks and rain";

export interface Member {
  shopper: Shopper;
  email: string;
}

/** People with accounts, and what they do with them. */
export class Members {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param headers what the balancer adds to every request */
  visitor(headers: Record<string, string> = {}): Shopper {
    return new Shopper(this.#store.services.storefront.url, headers);
  }

  async join(name = "Ada Moreau", email = `${crypto.randomUUID()}@example.com`): Promise<Member> {
    const shopper = this.visitor();
    const page = await shopper.get("/register");
    await shopper.submit(page, "/register", { name, email, password: PASSWORD });
    return { shopper, email };
  }

  async signIn(
    email: string,
    password = PASSWORD,
    shopper = this.visitor(),
  ): Promise<{ shopper: Shopper; answer: Page }> {
    const page = await shopper.get("/sign-in");
    return { shopper, answer: await shopper.submit(page, "/sign-in", { email, password }) };
  }

  async changePassword(shopper: Shopper, currentPassword: string, newPassword: string) {
    const fields = { currentPassword, newPassword };
    return await shopper.submit(await shopper.get("/account"), "/account/password", fields);
  }

  async deleteAccount(shopper: Shopper, fields: Record<string, string>): Promise<Page> {
    return await shopper.submit(
      await shopper.get("/account/deletion"),
      "/account/deletion",
      fields,
    );
  }

  async buy(shopper: Shopper, slug: string): Promise<Page> {
    await shopper.addToCart(slug);
    return await shopper.submit(await shopper.get("/checkout"), "/checkout", {
      street: "12 Quay Street",
      postalCode: "D02",
      city: "Dublin",
      cardNumber: "4242424242424242",
    });
  }

  async accountOf(email: string): Promise<Record<string, unknown> | undefined> {
    const sql = "SELECT * FROM accounts WHERE email = $1";
    return (await this.#store.postgres.query("accounts", sql, [email]))[0];
  }
}
