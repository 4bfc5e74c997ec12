import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";

/** A network on which workloads find each other by name. */
export interface ServiceNetworkArgs {
  orchestrator: Orchestrator;
  /**
   * Whether traffic between nodes is encrypted (IPsec ESP). Needs a kernel with ESP on every node:
   * without it nothing passes between nodes. @default true
   */
  encrypted?: boolean;
  /** Whether workloads on it are cut off from everything outside the cluster. @default true */
  internal?: boolean;
}

/** A network that only the workloads attached to it can reach. */
export class ServiceNetwork extends pulumi.ComponentResource implements Network {
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: ServiceNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha-store:index:ServiceNetwork", name, {}, opts);
    const network = args.orchestrator.network(
      name,
      { encrypted: args.encrypted ?? true, internal: args.internal ?? true },
      { parent: this },
    );
    this.id = network.id;
    this.registerOutputs({ id: this.id });
  }
}
