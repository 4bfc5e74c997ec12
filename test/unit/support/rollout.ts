import { engineApi } from "../../../components/orchestrator/swarm/engine-api.ts";
import { waitForRollout } from "../../../components/orchestrator/swarm/rollout.ts";
import { type Answer, serveEngine } from "./engine-server.ts";

/** When the service was last changed. */
export const updatedAt = "2026-03-01T12:00:00.000000000Z";
/** What tasks are to run. */
export const template = (image: string, constraints: string[] = []) => ({
  ContainerSpec: { Image: image, Env: ["PORT=8080"] },
  Placement: { Constraints: constraints },
});
const current = template("catalog@sha256:2");
export const previous = template("catalog@sha256:1");
/** What the service's label says when it is what was asked for. */
const wanted = "a1b2c3d4e5f6";
/** The label of any other version. */
export const otherVersion = { "ha-store.specification": "0f1e2d3c4b5a" };

/** What the service is at one look at it. */
export interface Look {
  update?: { State: string; Message?: string };
  tasks?: object[];
  replicas?: number | "global";
  spec?: object;
  /** Labels of the service. @default those of the version that was asked for */
  labels?: Record<string, string>;
  /** Whether it has been made or updated by the poll after this one. @default true */
  applied?: boolean;
}

let number = 0;

/** A task of the newest specification, healthy unless said otherwise. */
export function task(state = "running", more: object = {}) {
  number += 1;
  return {
    ID: `task${number}`,
    NodeID: "node2id",
    Slot: 1,
    CreatedAt: new Date(Date.parse(updatedAt) + number * 1000).toISOString(),
    DesiredState: state === "failed" ? "shutdown" : "running",
    // Another order of keys, as the engine is free to have.
    Spec: { Placement: current.Placement, ContainerSpec: current.ContainerSpec },
    Status: {
      State: state,
      Timestamp: updatedAt,
      Message: state,
      ContainerStatus: { PID: state === "running" ? 4711 : 0 },
    },
    ...more,
  };
}

/** A task that ended for that reason. */
export const failed = (reason: string, more: object = {}) =>
  task("failed", { Status: { State: "failed", Timestamp: updatedAt, Err: reason }, ...more });

/** Waits for a roll-out that goes through the looks, one at each poll, and stays at the last. */
export async function rollOut(
  looks: Look[],
  timeoutSeconds = 60,
  more: Record<string, Answer> = {},
  testimony?: (serviceId: string) => string | undefined,
) {
  let polls = 0;
  const look = () => looks[Math.min(Math.max(polls, 1), looks.length) - 1] ?? {};
  const engine = await serveEngine({
    "/services/ha-store-dev-catalog": () => {
      polls += 1;
      const { replicas = 2, update, spec = current } = look();
      const { labels = { "ha-store.specification": wanted } } = look();
      return {
        ID: "abc123",
        UpdatedAt: updatedAt,
        Spec: {
          Name: "ha-store-dev-catalog",
          Labels: labels,
          TaskTemplate: spec,
          Mode: replicas === "global" ? { Global: {} } : { Replicated: { Replicas: replicas } },
        },
        UpdateStatus: update,
      };
    },
    "/tasks": (query) => {
      expect(JSON.parse(query.get("filters") ?? "")).toEqual({ service: ["abc123"] });
      return look().tasks ?? [];
    },
    "/nodes/node2id": () => ({ Description: { Hostname: "node-2" } }),
    ...more,
  });
  const said: string[] = [];
  const started = Date.now();
  const error = await waitForRollout(await engineApi(engine.host), {
    serviceName: "ha-store-dev-catalog",
    specification: wanted,
    applied: () => look().applied ?? true,
    timeoutSeconds,
    progress: (message) => said.push(message),
    testimony,
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await engine.close();
  const seconds = (Date.now() - started) / 1000;
  return { error, message: error instanceof Error ? error.message : "", said, polls, seconds };
}
