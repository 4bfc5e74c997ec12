import type { types } from "@pulumi/kubernetes";
import { hostLabel, zoneLabel } from "./names.ts";

type PodSpec = types.input.core.v1.PodSpec;
type Placement = Pick<PodSpec, "affinity" | "topologySpreadConstraints">;

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

/** A member in its zone, and away from the other members of its set where it has no zone. */
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
