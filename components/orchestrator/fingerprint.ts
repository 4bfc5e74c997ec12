import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** A hash that stands for a secret in a label: long enough to differ, useless to recover it from. */
export function fingerprint(secret: pulumi.Input<string>): pulumi.Output<string> {
  const hash = (value: string) => createHash("sha256").update(value).digest("hex").slice(0, 12);
  return pulumi.unsecret(pulumi.output(secret).apply(hash));
}
