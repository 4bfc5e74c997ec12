import type { types } from "@pulumi/kubernetes";
import { hostLabel, zoneLabel } from "./names.ts";

type PodSpec = types.input.core.v1.PodSpec;
export type Placement = Pick<PodSpec, "affinity" | "topologySpreadConstraints" | "tolerations">;

/**
 * Once a node is known to be lost, so long its replicas are waited for; Kubernetes itself waits 5 min. The
 * others serve meanwhile, and databases take over: a dozen pods that start in those seconds would take the
 * processors from them.
 */
const lostNodeSeconds = 12;

const lostNode = ["not-ready", "unreachable"].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: lostNodeSeconds,
}));

/**
 * Replicas evenly over zones, then over nodes. Where a zone is lost the others take its replicas, which
 * an even spread that has to be would forbid.
 *
 * @param maxPerNode - At most so many on one node; more than one is only kept as nearly as spreading can.
 */
export function spread(selector: Record<string, string>, maxPerNode?: number): Placement {
  const labelSelector = { matchLabels: selector };
  // Only replicas of the same version count: during a roll-out the old ones are about to go.
  const matchLabelKeys = ["pod-template-hash"];
  const over = (topologyKey: string, maxSkew: number, whenUnsatisfiable: string) => ({
    topologyKey,
    maxSkew,
    whenUnsatisfiable,
    labelSelector,
    matchLabelKeys,
  });
  const nodes =
    maxPerNode === undefined
      ? over(hostLabel, 1, "ScheduleAnyway")
      : over(hostLabel, maxPerNode, "DoNotSchedule");
  const term = { topologyKey: hostLabel, labelSelector, matchLabelKeys };
  return {
    tolerations: lostNode,
    topologySpreadConstraints: [over(zoneLabel, 1, "ScheduleAnyway"), nodes],
    affinity: {
      podAntiAffinity:
        maxPerNode === 1
          ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
          : {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, podAffinityTerm: term },
              ],
            },
    },
  };
}

/**
 * A member in its zone, and away from the other members of its set where it has no zone. Of a node
 * that is lost it waits for the return, as its volume does.
 */
export function memberPlacement(set: Record<string, string>, zone: string | undefined): Placement {
  const others = {
    weight: 100,
    podAffinityTerm: { topologyKey: hostLabel, labelSelector: { matchLabels: set } },
  };
  const inZone = {
    matchExpressions: [{ key: zoneLabel, operator: "In", values: [zone ?? ""] }],
  };
  return {
    affinity: {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [others] },
      ...(zone === undefined
        ? {}
        : {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [inZone] },
            },
          }),
    },
  };
}
