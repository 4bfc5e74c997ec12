import type { AutoscalingBounds } from "../orchestrator/specs.ts";

/** Something that makes no sense of what an autoscaler is asked for. */
export interface AutoscalingMistake {
  property: keyof AutoscalingBounds;
  reason: string;
}

const mostReplicas = 100;
const longestWindowSeconds = 3600;

/** All that is wrong with bounds and targets, each with the value and what to give instead. */
export function autoscalingMistakes(bounds: AutoscalingBounds): AutoscalingMistake[] {
  const { minReplicas, maxReplicas, requestsPerSecond, cpuCores, stabilizationWindowSeconds } =
    bounds;
  const mistakes: AutoscalingMistake[] = [];
  const check = (property: keyof AutoscalingBounds, right: boolean, fix: string) => {
    if (right) return;
    const value = bounds[property];
    const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
    mistakes.push({ property, reason: `${found}: ${fix}` });
  };
  const soundMinimum = isWhole(minReplicas, 1, mostReplicas);
  check("minReplicas", soundMinimum, `give a whole number from 1 to ${mostReplicas}`);
  const least = soundMinimum ? minReplicas : 1;
  check(
    "maxReplicas",
    isWhole(maxReplicas, least, mostReplicas),
    `give a whole number from ${soundMinimum ? `minReplicas (${least})` : 1} to ${mostReplicas}`,
  );
  const target = "give a number above 0, or leave it out";
  check(
    "requestsPerSecond",
    requestsPerSecond === undefined || isAbove0(requestsPerSecond),
    target,
  );
  check("cpuCores", cpuCores === undefined || isAbove0(cpuCores), target);
  check(
    "stabilizationWindowSeconds",
    stabilizationWindowSeconds === undefined ||
      isWhole(stabilizationWindowSeconds, 0, longestWindowSeconds),
    `give a whole number from 0 to ${longestWindowSeconds}, or leave it out for 300`,
  );
  if (requestsPerSecond === undefined && cpuCores === undefined) {
    const reason = "is missing, and so is cpuCores: give at least one of them as a target";
    mistakes.push({ property: "requestsPerSecond", reason });
  }
  return mistakes;
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isAbove0(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
