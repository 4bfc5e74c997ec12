/** What a workload is, which decides how it is asked and what counts as wrong with it. */
export type ScrapeJob =
  | "service"
  | "edge"
  | "router"
  | "database"
  | "etcd"
  | "backup"
  | "node"
  | "alertmanager";

/** Something that speaks Prometheus, as plain data. */
export interface ScrapeTarget {
  job: ScrapeJob;
  /** DNS name of the workload, or name of the set that the members belong to. */
  service: string;
  port: number;
  /** Members that have names of their own. @default whatever the workload's DNS name leads to */
  members?: readonly { name: string; zone?: string }[];
  /** How many there should be at least. @default one for each member, or one */
  wanted?: number;
  /** Whether it has as many as the autoscaler says, and `wanted` only until that is known. @default false */
  autoscaled?: boolean;
  /** Whether one of the members has to be a synchronous standby. @default false */
  synchronous?: boolean;
}

/** How many of a target there should be at least. */
export function wantedOf({ wanted, members }: ScrapeTarget): number {
  return wanted ?? members?.length ?? 1;
}
