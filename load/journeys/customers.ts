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

/** Somebody who wants an account. */
interface Newcomer {
  name: string;
  email: string;
  password: string;
  /** When to try again, where the store did not answer. */
  notBefore: number;
}

const returnMilliseconds = 4_000;

/**
 * People who buy. An account has one cart, so nobody takes part in two purchases at a time; where all
 * are busy, somebody new registers.
 */
export class CustomerPool {
  private readonly free: Customer[] = [];
  private readonly everybody: Customer[] = [];
  private readonly newcomers: Newcomer[] = [];
  private readonly edges: Edges;
  private count = 0;

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
        return await this.register(this.newcomer());
      } catch (error) {
        if (!(error instanceof RequestFailed) || attempt === registrationAttempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  async take(): Promise<Customer> {
    const now = Date.now();
    const waiting = this.newcomers.findIndex(({ notBefore }) => notBefore <= now);
    const [newcomer] = waiting < 0 ? [] : this.newcomers.splice(waiting, 1);
    if (!newcomer) return this.free.shift() ?? (await this.register(this.newcomer()));
    return this.register(newcomer).catch((error: Error) => {
      if (error instanceof RequestFailed) {
        // With the same address, which decides on the shard: else the loss of one would leave none of it.
        this.newcomers.push({ ...newcomer, notBefore: Date.now() + returnMilliseconds });
      } else if (newcomer.notBefore > 0) {
        // An attempt that got no answer had made the account.
        return this.register(this.newcomer());
      }
      throw error;
    });
  }

  giveBack(customer: Customer): void {
    this.free.push(customer);
  }

  /** Instead of a customer who does not come again, somebody new comes. */
  replace(): void {
    this.newcomers.push(this.newcomer());
  }

  private newcomer(): Newcomer {
    this.count += 1;
    const email = `load-${this.count}-${crypto.randomUUID()}@example.com`;
    return { name: `Customer ${this.count}`, email, password: crypto.randomUUID(), notBefore: 0 };
  }

  private async register({ name, email, password }: Newcomer): Promise<Customer> {
    const visitor = new Visitor(this.edges);
    const page = await visitor.get("/register");
    const answer = expectPage(await visitor.submit(page, "/register", { name, email, password }));
    if (answer.path.startsWith("/register")) throw new Error("a registration was refused");
    const customer = { email, visitor };
    this.everybody.push(customer);
    return customer;
  }
}
