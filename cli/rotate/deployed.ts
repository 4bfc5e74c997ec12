import { firstVersion } from "../../components/security/versions.ts";
import type { RotatedSecret } from "../../components/store/rotated-secrets.ts";
import type { Operation } from "../pulumi-cli.ts";

/** How many operations are looked through for one that has succeeded. */
export const operationsLookedAt = 1000;

/**
 * The versions of a secret with which a stack was brought up last as a whole, as its history tells;
 * `undefined` where it is not up.
 */
export function deployedVersions(
  history: Operation[],
  secret: RotatedSecret,
): string[] | undefined {
  const last = history.find(
    ({ kind, result }) => result === "succeeded" && (kind === "update" || kind === "destroy"),
  );
  if (last?.kind !== "update") return undefined;
  const { value = "{}" } = last.config["ha-store:secretVersions"] ?? {};
  const all: Record<string, unknown[]> = JSON.parse(value);
  return all[secret]?.map(String) ?? firstVersion;
}
