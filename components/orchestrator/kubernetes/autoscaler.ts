import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AutoscalingSpec } from "../specs.ts";

/**
 * Lets a Deployment's replicas follow their load. Processor time comes from the metrics server;
 * requests per second need an adapter that serves the pods' own metrics, such as Prometheus'.
 */
export function autoscalerSpec(
  deployment: pulumi.Input<string>,
  autoscaling: AutoscalingSpec,
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  const { minReplicas, maxReplicas, stabilizationWindowSeconds = 300 } = autoscaling;
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
    minReplicas,
    maxReplicas,
    metrics: metrics(autoscaling),
    behavior: { scaleDown: { stabilizationWindowSeconds } },
  };
}

function metrics({ requestsPerSecond, cpuCores }: AutoscalingSpec) {
  const found: types.input.autoscaling.v2.MetricSpec[] = [];
  if (cpuCores !== undefined) {
    const target = { type: "AverageValue", averageValue: milli(cpuCores) };
    found.push({ type: "Resource", resource: { name: "cpu", target } });
  }
  if (requestsPerSecond !== undefined) {
    const target = { type: "AverageValue", averageValue: milli(requestsPerSecond) };
    found.push({ type: "Pods", pods: { metric: { name: "http_requests_per_second" }, target } });
  }
  return found;
}

function milli(value: number): string {
  return `${Math.round(value * 1000)}m`;
}
