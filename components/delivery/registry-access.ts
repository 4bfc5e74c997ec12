import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { encodeBase64, hashSync } from "bcryptjs";
import { checkVersions } from "../security/secret-versions.ts";
import { byVersion, firstVersion, versionedName } from "../security/versions.ts";

/** Credentials of a registry. */
export interface RegistryAccessArgs {
  /** `host:port` by which every node, and this machine, reaches the registry. */
  address: pulumi.Input<string>;
  /** Of the first version; others have their number behind it. @default "ha-store" */
  username?: string;
  /**
   * Versions of the credentials that are admitted; the first is the one that is used.
   * @default ["1"]
   */
  versions?: string[];
}

/**
 * Generates the credentials of a registry. It stands apart from {@link Registry} because the
 * orchestrator must know them before the registry can be asked for anything.
 *
 * @throws pulumi.InputPropertyError when `versions` has none, more than two or one twice.
 */
export class RegistryAccess extends pulumi.ComponentResource {
  readonly address: pulumi.Output<string>;
  readonly username: string;
  readonly password: pulumi.Output<string>;
  /** An `htpasswd` file that admits the credentials of each version, by a user of its own. */
  readonly htpasswd: pulumi.Output<string>;

  constructor(name: string, args: RegistryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { versions = firstVersion } = args;
    checkVersions("versions", versions);
    super("ha-store:index:RegistryAccess", name, {}, opts);
    const accepted = versions.map((version) => {
      const { result } = new random.RandomPassword(
        versionedName(`${name}-password`, version),
        { length: 32, special: false },
        { parent: this },
      );
      return { version, username: versionedName(args.username ?? "ha-store", version), result };
    });
    const [used] = accepted;
    if (!used) throw new Error(`${name} has no version`);
    this.address = pulumi.output(args.address);
    this.username = used.username;
    this.password = used.result;
    const lines = byVersion(accepted).map(({ username, result }) =>
      result.apply((password) => `${username}:${bcryptHash(password)}\n`),
    );
    this.htpasswd = pulumi.secret(pulumi.all(lines).apply((all) => all.join("")));
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
