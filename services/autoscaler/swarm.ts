import { isDeepStrictEqual } from "node:util";
import { Compile } from "typebox/compile";
import { ApiError, UnavailableError } from "../shared/errors.ts";
import type { Reachable } from "../shared/health.ts";
import type { Logger } from "../shared/logger.ts";
import { Autoscaling, type ScalableService } from "./contract.ts";
import { type Engine, EngineError } from "./engine.ts";

const STACK_LABEL = "ha-store.stack";
const AUTOSCALING_LABEL = "ha-store.autoscaling";
/** Swarm shows that a roll-out goes on a moment after it was asked for it. */
const MOMENT_MS = 10_000;
const SETTLED = ["completed", "rollback_completed"];

const isAutoscaling = Compile(Autoscaling);

/** What the Engine API says of a service; only the fields that are read here. */
interface Service {
  ID: string;
  Version: { Index: number };
  UpdatedAt: string;
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  UpdateStatus?: { State?: string };
}

interface ServiceSpec {
  Name: string;
  Labels?: Record<string, string>;
  TaskTemplate: object;
  Mode: { Replicated?: { Replicas: number } };
}

/**
 * The autoscaled services of one stack, and the only thing that can be done to them. Whatever else the
 * engine's socket would allow, this has no words for.
 */
export class Swarm implements Reachable {
  readonly #engine: Engine;
  readonly #namespace: string;
  readonly #log: Logger;

  /** @param namespace starts the names of the stack's services, and is their label's value */
  constructor(engine: Engine, namespace: string, log: Logger) {
    this.#engine = engine;
    this.#namespace = namespace;
    this.#log = log;
  }

  async isReachable(): Promise<boolean> {
    return await this.#engine.call("GET", "/_ping").then(
      () => true,
      () => false,
    );
  }

  /** @throws UnavailableError if the engine can't tell. */
  async services(): Promise<ScalableService[]> {
    const label = [`${STACK_LABEL}=${this.#namespace}`, AUTOSCALING_LABEL];
    const query = new URLSearchParams({ filters: JSON.stringify({ label }) });
    const found = (await this.#ask("GET", `/services?${query}`)) as Service[];
    return found.flatMap((service) => this.#scalable(service) ?? []);
  }

  /**
   * @throws ApiError if there is no such service (404), the number is out of its bounds (422), or a
   * roll-out is going on (409): Swarm keeps only one version to go back to.
   * @throws UnavailableError if the engine doesn't do it.
   */
  async scale(name: string, replicas: number): Promise<void> {
    const service = await this.#find(`${this.#namespace}-${name}`);
    const scalable = service && this.#scalable(service);
    if (!service || !scalable) {
      throw new ApiError(404, "not_found", `No service ${name} is autoscaled`);
    }
    const { minReplicas, maxReplicas } = scalable.autoscaling;
    if (replicas < minReplicas || replicas > maxReplicas) {
      const bounds = `${minReplicas} to ${maxReplicas}`;
      throw new ApiError(422, "out_of_bounds", `${name} may have ${bounds} replicas`);
    }
    if (scalable.changing) throw new ApiError(409, "changing", `${name} is being rolled out`);
    if (scalable.replicas === replicas) return;
    await this.#ask("POST", `/services/${service.ID}/update?version=${service.Version.Index}`, {
      ...service.Spec,
      Mode: { Replicated: { Replicas: replicas } },
    });
  }

  async #find(physicalName: string): Promise<Service | undefined> {
    const query = new URLSearchParams({ filters: JSON.stringify({ name: [physicalName] }) });
    const found = (await this.#ask("GET", `/services?${query}`)) as Service[];
    // The engine also finds what only begins with the name.
    return found.find(({ Spec }) => Spec.Name === physicalName);
  }

  /** Undefined if it is not this stack's, or not one to scale. */
  #scalable(service: Service): ScalableService | undefined {
    const { Name, Labels = {}, Mode } = service.Spec;
    const prefix = `${this.#namespace}-`;
    const label = Labels[AUTOSCALING_LABEL];
    const ours = Labels[STACK_LABEL] === this.#namespace && Name.startsWith(prefix);
    if (!ours || label === undefined || !Mode.Replicated) return undefined;
    const autoscaling = parse(label);
    if (!isAutoscaling.Check(autoscaling)) {
      this.#log.warn({ workload: Name, label }, "its label says no bounds: it is not scaled");
      return undefined;
    }
    return {
      name: Name.slice(prefix.length),
      replicas: Mode.Replicated.Replicas,
      changing: isChanging(service),
      autoscaling,
    };
  }

  async #ask(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    try {
      return await this.#engine.call(method, path, body);
    } catch (error) {
      if (error instanceof EngineError && error.message.includes("out of sequence")) {
        throw new ApiError(409, "changing", "Somebody else has just changed the service");
      }
      throw new UnavailableError("The Docker Engine", error);
    }
  }
}

function isChanging({ Spec, PreviousSpec, UpdateStatus, UpdatedAt }: Service): boolean {
  if (UpdateStatus?.State) return !SETTLED.includes(UpdateStatus.State);
  const recent = Date.now() - Date.parse(UpdatedAt) < MOMENT_MS;
  const sameTasks =
    !PreviousSpec || isDeepStrictEqual(PreviousSpec.TaskTemplate, Spec.TaskTemplate);
  return recent && !sameTasks;
}

function parse(label: string): unknown {
  try {
    return JSON.parse(label);
  } catch {
    return undefined;
  }
}
