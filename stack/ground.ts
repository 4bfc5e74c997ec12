import type * as pulumi from "@pulumi/pulumi";
import type { ImageRegistrySpec, Orchestrator } from "../components/index.ts";

/** What a store stands on. */
export interface Ground {
  orchestrator: Orchestrator;
  /** Where its images are pushed to. */
  registry: ImageRegistrySpec;
  /** Where people open the store; asked once the store is declared. */
  addresses: () => pulumi.Input<string[]>;
  /** Where the status page is, if there is one and it is known. */
  status: () => pulumi.Input<string | undefined>;
}
