import { discoverCatalogue } from "./catalogue.ts";
import { Edges } from "./edges.ts";
import { browse, search } from "./journeys/browse.ts";
import type { Journey, JourneyContext } from "./journeys/context.ts";
import { type Customer, CustomerPool } from "./journeys/customers.ts";
import { purchase } from "./journeys/purchase.ts";
import { Ledger } from "./ledger.ts";
import { defaultMix, type JourneyName, type Mix } from "./mix.ts";
import { Random } from "./random.ts";
import { type Figures, Tally } from "./tally.ts";
import { Visitor } from "./visitor.ts";

/** Customers that come to a store. */
export interface LoadArgs {
  /** The store's addresses, like `http://10.77.0.11:8080`. */
  edges: readonly string[];
  /** Journeys that begin in each second, however many are under way. */
  rate: number;
  /** Share of each journey, in any unit. @default browse 80, search 12, purchase 8 */
  mix?: Mix;
  /** The same seed chooses the same journeys and products. @default 1 */
  seed?: number;
  /** File that each acknowledged order is written to. @default none */
  ledgerFile?: string;
  /** Customers that are registered before it begins. @default as many as buy in 4 seconds */
  customers?: number;
}

const journeys: Record<JourneyName, Journey> = { browse, search, purchase };
/** Orders that were taken are seen through for so long when the load ends. */
const finishMilliseconds = 60_000;

/**
 * An open model: journeys begin at a constant rate, whether or not the store answers, as customers
 * do who don't know of each other.
 */
export class Load {
  readonly ledger: Ledger;
  private readonly args: LoadArgs;
  private readonly tally = new Tally();
  private readonly edges: Edges;
  private readonly customers: CustomerPool;
  private readonly underWay = new Set<Promise<void>>();
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(args: LoadArgs) {
    this.args = args;
    this.ledger = new Ledger(args.ledgerFile);
    this.edges = new Edges(args.edges, this.tally);
    this.customers = new CustomerPool(this.edges);
  }

  /** Looks around, registers customers, and begins. */
  async start(): Promise<void> {
    const { rate, customers = Math.ceil(4 * rate * this.shareOf("purchase")) } = this.args;
    const catalogue = await discoverCatalogue(new Visitor(this.edges));
    await this.customers.prepare(customers);
    this.tally.restart();
    const { edges, ledger, customers: pool } = this;
    const { signal } = this.abort;
    this.running = this.arrive({ edges, ledger, catalogue, customers: pool, signal });
  }

  get figures(): Figures {
    return this.tally.figures();
  }

  /** Journeys under way. */
  get busy(): number {
    return this.underWay.size;
  }

  /** Everybody who bought or could have. */
  get buyers(): readonly Customer[] {
    return this.customers.all;
  }

  /** Begins no more journeys, waits for those under way, and tells what was. */
  async stop(): Promise<Figures> {
    this.stopped = true;
    await this.running;
    const figures = this.tally.figures();
    const timer = setTimeout(() => this.abort.abort(), finishMilliseconds);
    await Promise.all(this.underWay);
    clearTimeout(timer);
    // What journeys under way did since counts, but the time they took is not the load's.
    return { ...this.tally.figures(), seconds: figures.seconds };
  }

  /** Begins no more journeys, and lets go of all connections; buyers can't be asked any more. */
  close(): Promise<void> {
    this.stopped = true;
    return this.edges.close();
  }

  private async arrive(context: Omit<JourneyContext, "random">): Promise<void> {
    const started = performance.now();
    for (let count = 0; !this.stopped; count++) {
      const due = started + (count * 1000) / this.args.rate;
      const ahead = due - performance.now();
      if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
      this.tally.began(performance.now() - due);
      // A journey's choices don't depend on how fast the others were answered.
      const random = new Random((this.args.seed ?? 1) * 1_000_003 + count);
      this.begin({ ...context, random });
    }
  }

  private begin(context: JourneyContext): void {
    const journey = journeys[this.choose(context.random)];
    const ended = journey(context).then(
      (end) => this.tally.journeyEnded(end),
      (error: unknown) => this.tally.journeyFailed(error),
    );
    this.underWay.add(ended);
    void ended.finally(() => this.underWay.delete(ended));
  }

  private choose(random: Random): JourneyName {
    let point = random.next();
    for (const name of Object.keys(journeys) as JourneyName[]) {
      point -= this.shareOf(name);
      if (point < 0) return name;
    }
    return "browse";
  }

  private shareOf(name: JourneyName): number {
    const { mix = defaultMix } = this.args;
    return mix[name] / Object.values(mix).reduce((sum, share) => sum + share, 0);
  }
}
