import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** What a person does in the store, by what is on the page. */
export class Shopping {
  private readonly page: Page;
  private readonly address: string;

  constructor(page: Page, address: string) {
    this.page = page;
    this.address = address;
  }

  async open(path = "/"): Promise<void> {
    await this.page.goto(`${this.address}${path}`);
  }

  async register(person: { name: string; email: string; password: string }): Promise<void> {
    await this.open("/register");
    await this.fill({ Name: person.name, "E-mail": person.email, Password: person.password });
    await this.submit();
    await this.page.getByRole("link", { name: "Orders" }).waitFor();
  }

  async signIn(person: { email: string; password: string }): Promise<void> {
    await this.open("/sign-in");
    await this.fill({ "E-mail": person.email, Password: person.password });
    await this.submit();
    await this.page.getByRole("link", { name: "Orders" }).waitFor();
  }

  /** Searches, and gives the names of what is found. */
  async search(words: string): Promise<string[]> {
    await this.page.getByRole("searchbox").fill(words);
    await this.page.getByRole("searchbox").press("Enter");
    await this.page.waitForURL(/\/search/);
    return this.page.locator("main article h3").allInnerTexts();
  }

  /** Opens the first product of a list and puts it into the cart; gives its name. */
  async addFirstProduct(): Promise<string> {
    await this.page.locator("main article h3 a").first().click();
    const name = await this.page.locator("h1").innerText();
    await this.page.getByRole("button", { name: "Add to cart" }).click();
    await this.page.getByText("piece").first().waitFor({ state: "attached" });
    return name;
  }

  /** Fills the checkout and pays; gives the heading of what comes after. */
  async checkOut(cardNumber: string): Promise<string> {
    await this.open("/checkout");
    await this.fill({
      Name: "Ada Lovelace",
      "Street and number": "12 St James's Square",
      "Postal code": "SW1Y 4JH",
      City: "London",
      "Card number": cardNumber,
    });
    await this.submit();
    return this.page.locator("h1").innerText();
  }

  /** Text of each order in the history, newest first. */
  async orders(): Promise<string[]> {
    await this.open("/orders");
    return this.page.locator("main li.order").allInnerTexts();
  }

  /** Keeps a picture of the page where HA_STORE_SCREENSHOTS names a folder. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.HA_STORE_SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `store-${name}.png`) });
  }

  private async fill(fields: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      await this.page.getByLabel(label, { exact: true }).fill(value);
    }
  }

  private async submit(): Promise<void> {
    await this.page.locator("main form button[type=submit]").first().click();
    await this.page.waitForLoadState();
  }
}
