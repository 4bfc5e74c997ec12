import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { selfSignedCertificate } from "./self-signed-certificate.ts";
import { versionedName } from "./versions.ts";

/** A certificate and its key, as PEM. */
export interface Certificate {
  certificate: pulumi.Input<string>;
  privateKey: pulumi.Input<string>;
}

/** Certificate and key in one file, as servers take them. */
export function certificateFile(made: Certificate): pulumi.Output<string> {
  return pulumi.interpolate`${made.certificate}\n${made.privateKey}\n`;
}

/**
 * A self-signed certificate that is the same at each `up`: its key comes from random bytes in the
 * state, and its signature is deterministic (RFC 6979).
 *
 * @param version - Another one has another key. @default "1"
 */
export function generatedCertificate(
  name: string,
  hostNames: string[],
  parent: pulumi.Resource,
  version = "1",
): Certificate {
  const seed = new random.RandomBytes(versionedName(name, version), { length: 32 }, { parent });
  const made = pulumi.secret(seed.hex).apply((hex) => selfSignedCertificate(hex, hostNames));
  return {
    certificate: made.apply((pair) => pair.certificate),
    privateKey: made.apply((pair) => pair.privateKey),
  };
}
