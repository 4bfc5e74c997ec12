import type { Catalogue } from "../catalogue.ts";
import type { Edges } from "../edges.ts";
import type { Ledger } from "../ledger.ts";
import type { Random } from "../random.ts";
import type { JourneyEnd } from "../tally.ts";
import type { CustomerPool } from "./customers.ts";

/** What a journey works with. */
export interface JourneyContext {
  edges: Edges;
  catalogue: Catalogue;
  customers: CustomerPool;
  ledger: Ledger;
  random: Random;
  /** Ends waiting between two attempts. */
  signal: AbortSignal;
}

/** Something that a customer does. @throws RequestFailed, or Error when a page is not as it should be */
export type Journey = (context: JourneyContext) => Promise<JourneyEnd>;
