import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { encodeBase64, hashSync } from "bcryptjs";

/** Credentials of a registry. */
export interface RegistryAccessArgs {
  /** `host:port` by which every node, and this machine, reaches the registry. */
  address: pulumi.Input<string>;
  /** @default "ha-store" */
  username?: string;
  /** A change of it makes a new password. @default none */
  passwordVersion?: string;
}

/**
 * Generates the credentials of a registry. It stands apart from {@link Registry} because the
 * orchestrator must know them before the registry can be asked for anything.
 */
export class RegistryAccess extends pulumi.ComponentResource {
  readonly address: pulumi.Output<string>;
  readonly username: string;
  readonly password: pulumi.Output<string>;
  /** A line of an `htpasswd` file that admits these credentials. */
  readonly htpasswd: pulumi.Output<string>;

  constructor(name: string, args: RegistryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha-store:index:RegistryAccess", name, {}, opts);
    const password = new random.RandomPassword(
      `${name}-password`,
      {
        length: 32,
        special: false,
        keepers: args.passwordVersion ? { version: args.passwordVersion } : undefined,
      },
      { parent: this },
    );
    this.address = pulumi.output(args.address);
    this.username = args.username ?? "ha-store";
    this.password = password.result;
    this.htpasswd = pulumi.secret(
      password.result.apply((value) => `${this.username}:${bcryptHash(value)}\n`),
    );
    this.registerOutputs({
      address: this.address,
      username: this.username,
      password: this.password,
      htpasswd: this.htpasswd,
    });
  }
}

/**
 * A bcrypt hash at the lowest cost: guessing 32 random characters is hopeless at any cost, and the
 * registry pays it again for each request. The salt comes from the password, so that the same
 * password has the same hash at each `up`.
 */
function bcryptHash(password: string): string {
  const salt = createHash("sha256").update(`bcrypt salt ${password}`).digest().subarray(0, 16);
  return hashSync(password, `$2b$04$${encodeBase64([...salt], 16)}`);
}
