import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import { GeneratedSecret } from "./generated-secret.ts";
import { firstVersion, versionedName, versionsMistake } from "./versions.ts";

/** One version of a generated secret. */
export interface VersionedSecret {
  version: string;
  generated: GeneratedSecret;
}

/** @throws pulumi.InputPropertyError when they are no list of versions */
export function checkVersions(propertyPath: string, versions: readonly string[] = firstVersion) {
  const reason = versionsMistake(versions);
  if (reason) throw new pulumi.InputPropertyError({ propertyPath, reason });
}

/** A secret for each version, the one that is used first. */
export function generatedSecrets(
  name: string,
  args: { orchestrator: Orchestrator; length?: number; versions?: string[] },
  parent: pulumi.Resource,
): [VersionedSecret, ...VersionedSecret[]] {
  const { versions = firstVersion, ...rest } = args;
  const made = versions.map((version) => ({
    version,
    generated: new GeneratedSecret(versionedName(name, version), rest, { parent }),
  }));
  const [used, ...others] = made;
  if (!used) throw new Error(`${name} has no version`);
  return [used, ...others];
}
