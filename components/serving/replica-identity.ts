import type * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";

/** Environment of what a replica tells of itself in its metrics: its node, and its release. */
export function replicaIdentity(
  orchestrator: Orchestrator,
  image: pulumi.Output<string>,
): Record<string, pulumi.Input<string>> {
  const release = image.apply((reference) => reference.split(":").at(-1)?.slice(0, 12) ?? "");
  return { NODE_NAME: orchestrator.nodeName, RELEASE: release };
}
