import { createHash } from "node:crypto";
import type Dockerode from "dockerode";
import { autoscalingLabel } from "../../../components/orchestrator/swarm/names.ts";

/** A digest of what a service was asked for, which is not the replicas that its autoscaler gave it. */
export function serviceDigest(spec: Dockerode.ServiceSpec): string {
  const askedFor = spec.Labels?.[autoscalingLabel] ? { ...spec, Mode: undefined } : spec;
  return createHash("sha256").update(JSON.stringify(askedFor)).digest("base64url");
}
