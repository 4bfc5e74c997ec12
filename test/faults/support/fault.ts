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
  /** How long customers stay after that, in seconds. @default 12 */
  aftermath?: number;
  /** What is wrong once all is whole again, besides the books. @default nothing is looked at */
  afterwards?(): Promise<string[]>;
}

/** A kind of fault. */
export interface Fault {
  name: string;
  /** Longest time without a confirmed order of the clusters that are hit, in seconds. */
  bound: number;
  /** No request may fail. @default false */
  unnoticed?: boolean;
  /** Finds out where it has to strike. */
  prepare(store: StoreCluster): Promise<Strike>;
}
