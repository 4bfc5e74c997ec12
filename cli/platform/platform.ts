import { orchestratorOf } from "../stack-option.ts";
import { StackFiles } from "../workspace.ts";
import type { SpreadWorkload } from "./spread.ts";

/** A workload of a stack. */
export interface StackService {
  /** Name in the cluster: `ha-store-dev-catalog` in a Swarm, `catalog` in a namespace. */
  physicalName: string;
  /** Name in the stack, like `catalog`. */
  name: string;
  /** Environment of its containers. */
  environment: Record<string, string>;
  /** Ports that lead to it from outside the cluster. */
  publishedPorts: { published: number; target: number }[];
}

/** Takes a piece of what a command prints. */
export type OutputListener = (text: string, stream: "stdout" | "stderr") => void;

/** A command that runs inside the cluster, for what only workloads there can reach. */
export interface ClusterCommand {
  /** Its image, user, secrets, configuration files and networks are the command's too. */
  service: StackService["physicalName"];
  /** Program and arguments; anybody who may look at the cluster's workloads can read it. */
  command: string[];
  /** Whether it needs the service's volumes. @default false */
  volumes?: boolean;
  /** Node to run on, as the cluster identifies it. @default one where the service runs */
  node?: string;
  /** Added to the environment of the service. */
  environment?: Record<string, string>;
  /** Takes what the command prints, as it comes. */
  onOutput: OutputListener;
}

/** What holds data of a stack. */
export interface StackVolume {
  name: string;
  /** Name in the stack of the workload that it was made for. */
  workload: string;
  /** Removes it, and the data for ever, as soon as nothing uses it. */
  remove(): Promise<void>;
}

/** What commands that work on a running stack need of its cluster, whichever kind it is of. */
export interface Platform {
  /**
   * All workloads of the stack.
   * @throws Error when there is none
   */
  services(): Promise<StackService[]>;
  /**
   * Runs a command inside the cluster.
   *
   * @returns its exit code
   * @throws Error when it can't be started, or what came of it can't be known
   */
  run(command: ClusterCommand): Promise<number>;
  /** Of each workload a digest of what it was asked for, by its name in the stack; none where it is not up. */
  digests(): Promise<Record<string, string>>;
  /** Hosts on which a published port of a workload is reached. */
  hostsOf(service: StackService): Promise<string[]>;
  /** How many replicas that were replaced have not ended yet: they serve on, and know nothing new. */
  leaving(): Promise<number>;
  /** The node on which the only replica of a workload runs, if it does on one that answers. */
  nodeOf(service: StackService): Promise<string | undefined>;
  /** Ends the only replica of each of these workloads; what runs on a node that is lost counts not. */
  stop(services: readonly StackService[]): Promise<void>;
  /** Gives each its replica back; does not wait for it. */
  start(services: readonly StackService[]): Promise<void>;
  /** Workloads whose replicas are meant to be in different failure domains. */
  spreadWorkloads(): Promise<SpreadWorkload[]>;
  /** Everything that holds data of the stack, of workloads that are gone, too. */
  volumes(): Promise<StackVolume[]>;
}

/**
 * The cluster that a stack is for. What only one kind of cluster needs is loaded with it.
 * @throws Error when the configuration leads to none
 */
export async function openPlatform(stack: string): Promise<Platform> {
  const files = new StackFiles(stack);
  if (orchestratorOf(files) === "kubernetes") {
    return (await import("./kubernetes/kubernetes-platform.ts")).kubernetesPlatform(files);
  }
  const [{ SwarmPlatform }, { requiredDockerHost }] = await Promise.all([
    import("./swarm/swarm-platform.ts"),
    import("../docker-host.ts"),
  ]);
  return new SwarmPlatform(stack, await requiredDockerHost(stack));
}

/**
 * A workload of a stack by its name there.
 * @throws Error that names the workloads there are
 */
export function requiredService(services: StackService[], wanted: string): StackService {
  const found = services.find(({ name }) => name === wanted);
  if (found) return found;
  const known = services.map(({ name }) => name).toSorted();
  throw new Error(`the stack has no service ${wanted}: it has ${known.join(", ")}`);
}

/** Says how to bring a stack up that is not there. */
export function notUp(stack: string): Error {
  const up = stack === "dev" ? "npm run up" : `npm run up -- --stack ${stack}`;
  return new Error(`the stack ${stack} is not up here: \`${up}\` brings it up`);
}
