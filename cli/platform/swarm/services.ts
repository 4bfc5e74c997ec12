import type Dockerode from "dockerode";
import { stackLabel } from "../../../components/orchestrator/swarm/names.ts";
import { notUp, type StackService } from "../platform.ts";

/** States of a task that will not run again. */
export const endedStates = ["complete", "failed", "rejected", "shutdown", "orphaned", "remove"];

/** What the Engine API says of a service; only the fields that are read here. */
export interface ServiceEntry {
  ID: string;
  Spec: {
    Name: string;
    Labels?: Record<string, string>;
    Mode: { Replicated?: { Replicas?: number } };
    TaskTemplate: {
      ContainerSpec: {
        Env?: string[];
        Mounts?: { Type: string; Source?: string; Target: string }[];
        Healthcheck?: unknown;
        Hostname?: string;
        Command?: string[];
        Args?: string[];
      };
      Networks?: { Target: string; Aliases?: string[] }[];
      Placement?: {
        Platforms?: unknown;
        Constraints?: string[];
        Preferences?: { Spread?: { SpreadDescriptor?: string } }[];
      };
      Resources?: { Limits?: unknown };
      LogDriver?: unknown;
    };
    EndpointSpec?: { Ports?: { PublishedPort?: number; TargetPort?: number }[] };
  };
}

/**
 * A service by its name in the cluster.
 * @throws Error that names the services there are
 */
export async function findService(api: Dockerode, name: string): Promise<ServiceEntry> {
  const services = (await api.listServices()) as unknown as ServiceEntry[];
  const found = services.find(({ Spec }) => Spec.Name === name);
  if (found) return found;
  const names = services.map(({ Spec }) => Spec.Name).toSorted();
  const known = names.length > 0 ? `its services are ${names.join(", ")}` : "it has no service";
  throw new Error(`there is no service ${name} in the cluster, ${known}: is the stack up?`);
}

/** The services with a stack's label; none where it is not up. */
export async function labelledServices(api: Dockerode, prefix: string): Promise<ServiceEntry[]> {
  const filters = { label: [`${stackLabel}=${prefix}`] };
  return (await api.listServices({ filters })) as unknown as ServiceEntry[];
}

/**
 * All services of a stack.
 * @throws Error when there is none
 */
export async function stackServices(api: Dockerode, stack: string): Promise<StackService[]> {
  const prefix = `ha-store-${stack}`;
  const services = await labelledServices(api, prefix);
  if (services.length === 0) throw notUp(stack);
  return services.map(({ Spec }) => ({
    physicalName: Spec.Name,
    name: Spec.Name.slice(prefix.length + 1),
    environment: Object.fromEntries(
      (Spec.TaskTemplate.ContainerSpec.Env ?? []).map((entry) => {
        const equals = entry.indexOf("=");
        return [entry.slice(0, equals), entry.slice(equals + 1)];
      }),
    ),
    publishedPorts: (Spec.EndpointSpec?.Ports ?? []).map((port) => ({
      published: port.PublishedPort ?? 0,
      target: port.TargetPort ?? 0,
    })),
  }));
}
