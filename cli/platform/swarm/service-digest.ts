import { autoscalingLabel } from "../../../components/orchestrator/swarm/names.ts";
import { digestOf } from "../digest.ts";

/** A digest of what a service was asked for, which is not the replicas that its autoscaler gave it. */
export function serviceDigest(spec: { Labels?: Record<string, string> }): string {
  const askedFor = spec.Labels?.[autoscalingLabel] ? { ...spec, Mode: undefined } : spec;
  return digestOf(askedFor);
}
