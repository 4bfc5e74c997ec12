import type Dockerode from "dockerode";

/** What the Engine API says of a service; only the fields that are read here. */
export interface ServiceEntry {
  ID: string;
  Spec: {
    Name: string;
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
      Placement?: { Platforms?: unknown; Constraints?: string[] };
      Resources?: { Limits?: unknown };
      LogDriver?: unknown;
    };
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
