import type * as pulumi from "@pulumi/pulumi";
import type { SecretMount } from "../orchestrator/specs.ts";

/** What a service needs to reach a data store: environment variables, and secrets as files. */
export interface DataConnection {
  environment: Record<string, pulumi.Input<string>>;
  secrets: SecretMount[];
}
