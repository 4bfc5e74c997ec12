import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import {
  ReplicatedService,
  type ReplicatedServiceArgs,
} from "../../components/serving/replicated-service.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

let orchestrator: RecordingOrchestrator;
beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator();
});

function make(args: Partial<ReplicatedServiceArgs> = {}): ReplicatedService {
  return new ReplicatedService("catalog", {
    orchestrator,
    image: "registry/catalog@sha256:1",
    networks: [],
    healthCheck: { command: ["healthcheck"] },
    ...args,
  });
}

/** What an argument's error says, by the path of the property. */
function errorsOf(args: Partial<ReplicatedServiceArgs>): Record<string, string> {
  try {
    make(args);
  } catch (error) {
    if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
    return Object.fromEntries(
      (error.errors ?? []).map(({ propertyPath, reason }) => [propertyPath, reason]),
    );
  }
  throw new Error("nothing was wrong");
}

test("two replicas with a limit: a service survives the loss of one without being told to", () => {
  make();
  const { spec } = only(orchestrator.services);
  expect(spec.replicas).toBe(2);
  expect(spec.resources.memoryLimitMiB).toBe(256);
  expect(spec.ports).toBeUndefined();
});

test("it is known by its name and ready when its replicas are, which are its children", async () => {
  const service = make();
  expect(service.dnsName).toBe("catalog");
  expect(await promiseOf(service.ready)).toBeDefined();
  expect(only(orchestrator.services).parent).toBe(service);
});

test("whatever is asked for is handed on", () => {
  const args = {
    replicas: 5,
    maxReplicasPerNode: 2,
    command: ["--verbose"],
    autoscaling: { minReplicas: 2, maxReplicas: 9, requestsPerSecond: 50, metricsPort: 8080 },
    environment: { PORT: "8080" },
    scratch: [{ path: "/tmp" }],
    user: "70:70",
    stopGracePeriodSeconds: 30,
    rolloutTimeoutSeconds: 60,
  };
  make({
    ...args,
    cpuLimit: 0.5,
    cpuReservation: 0.1,
    memoryLimitMiB: 512,
    memoryReservationMiB: 64,
  });
  expect(only(orchestrator.services).spec).toMatchObject({
    ...args,
    resources: {
      cpuLimit: 0.5,
      cpuReservation: 0.1,
      memoryLimitMiB: 512,
      memoryReservationMiB: 64,
    },
  });
});

describe("bad arguments", () => {
  test.each<[string, Partial<ReplicatedServiceArgs>, RegExp]>([
    ["replicas", { replicas: 0 }, /is 0: .*give a whole number from 1/],
    ["replicas", { replicas: -2 }, /is -2: /],
    ["replicas", { replicas: 1.5 }, /is 1.5: /],
    ["replicas", { replicas: Number.NaN }, /is NaN: /],
    ["maxReplicasPerNode", { maxReplicasPerNode: 0 }, /is 0: .*or leave it out/],
    ["healthCheck.command", { healthCheck: { command: [] } }, /is empty: give a command/],
    ["memoryLimitMiB", { memoryLimitMiB: 5 }, /is 5: give a whole number from 6/],
    ["memoryLimitMiB", { memoryLimitMiB: 100.3 }, /is 100.3: give a whole number/],
    // Docker refuses it only after everything before was made.
    [
      "memoryReservationMiB",
      { memoryLimitMiB: 64, memoryReservationMiB: 128 },
      /is 128: give a number from 0 to memoryLimitMiB \(64\)/,
    ],
    [
      "memoryReservationMiB",
      { memoryReservationMiB: 257 },
      /is 257: give a number from 0 to memoryLimitMiB \(256\)/,
    ],
    ["memoryReservationMiB", { memoryReservationMiB: -1 }, /is -1: /],
    ["memoryReservationMiB", { memoryReservationMiB: Number.NaN }, /is NaN: /],
    ["cpuReservation", { cpuReservation: 0 }, /is 0: give a number of cores above 0/],
    ["cpuReservation", { cpuReservation: Number.NaN }, /is NaN: /],
    ["cpuReservation", { cpuReservation: Number.POSITIVE_INFINITY }, /is Infinity: .*\(none\)/],
    ["cpuReservation", { cpuReservation: 1, cpuLimit: 0.5 }, /is 1: .* not above cpuLimit \(0.5\)/],
    ["cpuLimit", { cpuLimit: -1 }, /is -1: give a number of cores above 0, or leave it out/],
    ["cpuLimit", { cpuLimit: 0 }, /is 0: /],
    ["cpuLimit", { cpuLimit: Number.NaN }, /is NaN: /],
    ["cpuLimit", { cpuLimit: Number.POSITIVE_INFINITY }, /is Infinity: /],
    [
      "autoscaling.maxReplicas",
      { autoscaling: { minReplicas: 3, maxReplicas: 2, cpuCores: 1, metricsPort: 8080 } },
      /is 2: give a whole number from minReplicas \(3\) to 100/,
    ],
    [
      "autoscaling.requestsPerSecond",
      { autoscaling: { minReplicas: 1, maxReplicas: 2, metricsPort: 8080 } },
      /is missing, and so is cpuCores: give at least one/,
    ],
    [
      "autoscaling.cpuCores",
      { autoscaling: { minReplicas: 1, maxReplicas: 2, cpuCores: 0, metricsPort: 8080 } },
      /is 0: give a number above 0, or leave it out/,
    ],
    [
      "autoscaling.stabilizationWindowSeconds",
      {
        autoscaling: {
          minReplicas: 1,
          maxReplicas: 2,
          cpuCores: 1,
          stabilizationWindowSeconds: -1,
          metricsPort: 8080,
        },
      },
      /is -1: give a whole number from 0 to 3600, or leave it out for 300/,
    ],
    ["user", { user: "root" }, /is "root": give numbers as "uid:gid"/],
    ["user", { user: "1000" }, /is "1000": /],
  ])("%s: %j", (path, args, reason) => {
    expect(errorsOf(args)).toEqual({ [path]: expect.stringMatching(reason) });
  });

  test("all of them are told together, and nothing is registered", async () => {
    const recording = await recordResources();
    const errors = errorsOf({ replicas: 0, maxReplicasPerNode: 0, memoryLimitMiB: 1, user: "x" });
    expect(Object.keys(errors).sort()).toEqual([
      "maxReplicasPerNode",
      "memoryLimitMiB",
      "replicas",
      "user",
    ]);
    expect((await recording.settled()).resources).toEqual([]);
  });

  test("any whole number from 1 is a number of replicas, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (replicas) => {
        fc.pre(!Number.isInteger(replicas) || replicas < 1);
        expect(errorsOf({ replicas })).toHaveProperty("replicas");
      }),
      { numRuns: 50 },
    );
  });

  test("a limit that is no number is an error whatever else is given", () => {
    const errors = errorsOf({ memoryLimitMiB: Number.NaN, memoryReservationMiB: 64 });
    expect(errors.memoryLimitMiB).toMatch(/is NaN: give a whole number from 6/);
  });

  test("a limit may be set aside as a whole", () => {
    make({ memoryLimitMiB: 64, memoryReservationMiB: 64 });
    expect(only(orchestrator.services).spec.resources.memoryReservationMiB).toBe(64);
  });
});
