import type { AutoscalingBounds } from "../components/orchestrator/specs.ts";
import { autoscalingMistakes } from "../components/serving/autoscaling.ts";
import { storeServices } from "../components/store/store-services.ts";
import { isObject, type Parser, parseJson } from "./setting-parsers.ts";

const properties: Record<keyof AutoscalingBounds, true> = {
  minReplicas: true,
  maxReplicas: true,
  requestsPerSecond: true,
  cpuCores: true,
  stabilizationWindowSeconds: true,
};

const example = '{"storefront": {"minReplicas": 2, "maxReplicas": 6, "requestsPerSecond": 100}}';

/** Bounds by service, all mistakes told at once. */
export const autoscaling: Parser = (text) => {
  const services = parseJson(text);
  if (!isObject(services)) return { wrong: `give bounds by service, such as ${example}` };
  const mistakes = Object.entries(services).flatMap(([service, bounds]) =>
    mistakesOf(service, bounds),
  );
  if (mistakes.length > 0) return { wrong: mistakes.join("; ") };
  return services as Record<string, AutoscalingBounds>;
};

function mistakesOf(service: string, bounds: unknown): string[] {
  if (!storeServices.some((name) => name === service)) {
    return [`${service} is no service that can be scaled: give ${storeServices.join(", ")}`];
  }
  if (!isObject(bounds)) return [`${service} has no bounds: give them as in ${example}`];
  const unknown = Object.keys(bounds).filter((property) => !Object.hasOwn(properties, property));
  const known = autoscalingMistakes(bounds as unknown as AutoscalingBounds);
  return [
    ...unknown.map((property) => {
      const fix = `remove it, or give one of ${Object.keys(properties).join(", ")}`;
      return `${service}.${property} is unknown: ${fix}`;
    }),
    ...known.map(({ property, reason }) => `${service}.${property} ${reason}`),
  ];
}
