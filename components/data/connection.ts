import type * as pulumi from "@pulumi/pulumi";
import type { SecretMount } from "../orchestrator/specs.ts";

/** What a service needs to reach a data store: environment variables, and secrets as files. */
export interface DataConnection {
  environment: Record<string, pulumi.Input<string>>;
  secrets: SecretMount[];
  /**
   * Resolves when a store that this run makes is there; at once where it was there before. A service that
   * is given one store more has nothing to start for until then. @default nothing is waited for
   */
  rollOutAfter?: pulumi.Output<unknown>;
}
