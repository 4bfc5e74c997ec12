import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Secret } from "../orchestrator/specs.ts";

/** A random secret that only the workloads it is mounted in can read. */
export interface GeneratedSecretArgs {
  orchestrator: Orchestrator;
  /** Length in characters, of letters and digits. @default 32 */
  length?: pulumi.Input<number>;
  /** A change of it makes a new secret: the rotation switch. @default none */
  version?: pulumi.Input<string>;
}

/**
 * Generates a secret and hands it to the orchestrator, to be mounted as a file. A new value gets a
 * new name, so workloads move over one by one while the old one is still there.
 */
export class GeneratedSecret extends pulumi.ComponentResource {
  /** The value; encrypted in the state. */
  readonly value: pulumi.Output<string>;
  /** What to mount. */
  readonly secret: Secret;

  constructor(name: string, args: GeneratedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha-store:index:GeneratedSecret", name, {}, opts);
    const password = new random.RandomPassword(
      `${name}-value`,
      {
        length: args.length ?? 32,
        special: false,
        keepers: args.version === undefined ? undefined : { version: args.version },
      },
      { parent: this },
    );
    this.value = password.result;
    this.secret = args.orchestrator.secret(name, { content: this.value }, { parent: this });
    this.registerOutputs({ value: this.value });
  }
}
