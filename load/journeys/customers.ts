import type { Edges } from "../edges.ts";
import { RequestFailed } from "../request-failed.ts";
import { Visitor } from "../visitor.ts";
import { expectPage } from "./browse.ts";

/** Somebody with an account, signed in. */
export interface Customer {
  email: string;
  visitor: Visitor;
}

const registeredAtOnce = 2;
const registrationAttempts = 10;

/**
 * People who buy. An account has one cart, so nobody takes part in two purchases at a time; where all
 * are busy, somebody new registers.
 */
export class CustomerPool {
  private readonly free: Customer[] = [];
  private readonly everybody: Customer[] = [];
  private readonly edges: Edges;
  /** How many have gone for whom nobody has come yet. */
  private gone = 0;

  constructor(edges: Edges) {
    this.edges = edges;
  }

  get all(): readonly Customer[] {
    return this.everybody;
  }

  /**
   * Registers so many beforehand, patiently: it is not yet the load.
   * @throws RequestFailed when the store does not answer again and again
   */
  async prepare(count: number): Promise<void> {
    let left = count;
    const registerSome = async () => {
      while (left-- > 0) this.giveBack(await this.registerPatiently());
    };
    await Promise.all(Array.from({ length: registeredAtOnce }, registerSome));
  }

  private async registerPatiently(): Promise<Customer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.register();
      } catch (error) {
        if (!(error instanceof RequestFailed) || attempt === registrationAttempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  async take(): Promise<Customer> {
    const known = this.gone > 0 ? undefined : this.free.shift();
    if (known) return known;
    const customer = await this.register();
    this.gone = Math.max(0, this.gone - 1);
    return customer;
  }

  /** Instead of a customer who does not come again somebody new registers, when next one is wanted. */
  replace(): void {
    this.gone += 1;
  }

  giveBack(customer: Customer): void {
    this.free.push(customer);
  }

  private async register(): Promise<Customer> {
    const number = this.everybody.length + 1;
    const visitor = new Visitor(this.edges);
    const email = `load-${number}-${crypto.randomUUID()}@example.com`;
    const fields = { name: `Customer ${number}`, email, password: crypto.randomUUID() };
    const page = await visitor.get("/register");
    const answer = expectPage(await visitor.submit(page, "/register", fields));
    if (answer.path.startsWith("/register")) throw new Error("a registration was refused");
    const customer = { email, visitor };
    this.everybody.push(customer);
    return customer;
  }
}
