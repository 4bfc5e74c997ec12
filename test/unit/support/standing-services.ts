import { plain, type Recording } from "../../support/pulumi-mocks.ts";
import type { Answer } from "./engine-server.ts";

const type = "docker:index/service:Service";
const specificationLabel = "ha-store.specification";
const template = { ContainerSpec: { Image: "shop@sha256:1" } };

/** Services of a Swarm that Pulumi changes. */
export interface StandingServices {
  /** Starts the name of every service in the Swarm. */
  prefix: string;
  /** Names of those that are looked for, without that. */
  names: string[];
  /** Those of them that are there already, of another specification. */
  standing: string[];
  /** Those whose task is healthy. */
  serving: ReadonlySet<string>;
  recording: Recording;
  /** Told each time that one is looked at. */
  looked?: (name: string) => void;
}

/** Names of the services that the engine was asked for. */
export function servicesOf(recording: Recording): string[] {
  return recording.ofType(type).map(({ name }) => name);
}

/** What the Engine API answers: a Swarm takes a specification before the provider says so. */
export function standingServices(services: StandingServices): Record<string, Answer> {
  const { prefix, names, standing, serving, recording, looked } = services;
  const specificationOf = (name: string) => {
    if (!servicesOf(recording).includes(name)) return "0f1e2d3c4b5a";
    const labels = plain(recording.one(type, name).inputs.labels) as {
      label: string;
      value: string;
    }[];
    return labels.find(({ label }) => label === specificationLabel)?.value ?? "";
  };
  const answer =
    (name: string): Answer =>
    (_, response) => {
      looked?.(name);
      if (!standing.includes(name) && !servicesOf(recording).includes(name)) {
        response.writeHead(404).end(JSON.stringify({ message: `no service ${name}` }));
        return undefined;
      }
      return {
        ID: name,
        UpdatedAt: new Date(0).toISOString(),
        Spec: {
          Name: `${prefix}-${name}`,
          Labels: { [specificationLabel]: specificationOf(name) },
          TaskTemplate: template,
          Mode: { Replicated: { Replicas: 1 } },
        },
      };
    };
  return {
    ...Object.fromEntries(names.map((name) => [`/services/${prefix}-${name}`, answer(name)])),
    "/tasks": (query) => {
      const [id = ""] = JSON.parse(query.get("filters") ?? "{}").service ?? [];
      const Status = serving.has(id)
        ? { State: "running", ContainerStatus: { PID: 1 } }
        : { State: "starting" };
      return [{ ID: "task", DesiredState: "running", Spec: template, Status }];
    },
  };
}
