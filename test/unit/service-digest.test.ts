import { serviceDigest } from "../../cli/platform/swarm/service-digest.ts";

const service = (replicas: number, labels: Record<string, string> = {}) => ({
  Name: "ha-store-dev-catalog",
  Labels: { "ha-store.stack": "ha-store-dev", ...labels },
  Mode: { Replicated: { Replicas: replicas } },
});
const bounds = (maxReplicas: number) => ({
  "ha-store.autoscaling": JSON.stringify({ minReplicas: 2, maxReplicas }),
});

test("replicas set by hand are a change", () => {
  expect(serviceDigest(service(3))).not.toBe(serviceDigest(service(2)));
});

test("replicas set by the autoscaler are none", () => {
  expect(serviceDigest(service(3, bounds(6)))).toBe(serviceDigest(service(2, bounds(6))));
});

test("bounds set by hand are a change", () => {
  expect(serviceDigest(service(2, bounds(9)))).not.toBe(serviceDigest(service(2, bounds(6))));
});
