import type { StoreCluster } from "./store-cluster.ts";

/** Something that goes wrong, prepared for the store as it is. */
export interface Strike {
  /** Database clusters whose writes it may stop; where there is none, nothing may be noticed. */
  clusters: string[];
  /** Nodes by which customers come. @default all */
  customersAt?: number[];
  /** A node that is cut off with customers of its own. */
  isolated?: number;
  /** Begins it. */
  strike(): Promise<void>;
  /** How long it lasts, in seconds. */
  lasts: number;
  /** Ends it. */
  mend(): Promise<void>;
}

/** A kind of fault. */
export interface Fault {
  name: string;
  /** Longest time until the clusters take writes again, in seconds; 0: none may notice. */
  bound: number;
  /** Finds out where it has to strike. */
  prepare(store: StoreCluster): Promise<Strike>;
}
