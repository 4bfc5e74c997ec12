import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { ImageRegistrySpec } from "../orchestrator/specs.ts";
import type { RegistryAccess } from "./registry-access.ts";

/** A registry inside the cluster. */
export interface RegistryArgs {
  orchestrator: Orchestrator;
  /** Who may push and pull. */
  access: RegistryAccess;
  /** Folder with the `Dockerfile` of the registry's image. */
  context: string;
  /** Port that it listens on, on its node. @default 5000 */
  port?: number;
  /** Zone that keeps its volume: the one of the engine that builds. @default any manager */
  zone?: string;
  /** @default 256 */
  memoryLimitMiB?: number;
}

/**
 * An image registry that the cluster's nodes pull from: access by generated credentials, images on a
 * volume. Its own image is the only one that can't come out of it: it is built where it runs.
 */
export class Registry extends pulumi.ComponentResource implements ImageRegistrySpec {
  readonly address: pulumi.Output<string>;
  readonly ready: pulumi.Output<pulumi.Resource>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha-store:index:Registry", name, {}, opts);
    const { orchestrator, access } = args;
    const image = orchestrator.image(name, { context: args.context }, { parent: this });
    const htpasswd = orchestrator.secret(
      `${name}-htpasswd`,
      { content: access.htpasswd },
      { parent: this },
    );
    const [member] = orchestrator.statefulSet(
      name,
      {
        image: image.reference,
        members: [{ name, zone: args.zone }],
        volumePath: "/var/lib/registry",
        networks: [],
        ports: [{ target: 5000, published: args.port ?? 5000 }],
        secrets: [{ secret: htpasswd, path: "/run/secrets/htpasswd" }],
        // Everything waits for it at first, and nothing is gained by restarting it under load.
        healthCheck: { command: ["healthcheck"], intervalSeconds: 2, retries: 15 },
        resources: { memoryLimitMiB: args.memoryLimitMiB ?? 256, memoryReservationMiB: 32 },
      },
      { parent: this },
    );
    if (!member) throw new Error("an orchestrator makes one workload for each member");
    this.address = access.address;
    this.ready = member.ready;
    this.registerOutputs({ address: this.address });
  }
}
