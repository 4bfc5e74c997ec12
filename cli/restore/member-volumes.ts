import type Dockerode from "dockerode";
import { runClusterJob } from "../cluster-job.ts";
import type { StackService } from "../cluster-services.ts";
import { askInCluster } from "../job-answer.ts";
import { nodeOf, scaleService, stopService } from "../service-scale.ts";

/** A member of a database cluster whose volume can be worked on. */
export interface VolumeMember {
  service: StackService;
  name: string;
  /** Size of its data; 0 where it has none. */
  bytes: number;
  /** Node of its volume, where that is known. */
  node: string | undefined;
}

/** Members and their volumes, while the members run or not. */
export class MemberVolumes {
  private readonly dockerHost: string;
  private readonly api: Dockerode;

  constructor(dockerHost: string, api: Dockerode) {
    this.dockerHost = dockerHost;
    this.api = api;
  }

  /** Members whose volumes can be reached; the others are named. */
  async find(services: StackService[]): Promise<{ members: VolumeMember[]; lost: string[] }> {
    const lost: string[] = [];
    const found = await Promise.all(
      services.map(async (service): Promise<VolumeMember[]> => {
        const name = service.environment.MEMBER ?? service.name;
        const node = await nodeOf(this.api, service.physicalName);
        try {
          const answer = await askInCluster({ ...this.job({ service, node }), command: look });
          return [{ service, name, node, bytes: Number(answer.split(" ")[0]) }];
        } catch (error) {
          lost.push(`${name} (${error instanceof Error ? error.message : String(error)})`);
          return [];
        }
      }),
    );
    return { members: found.flat(), lost };
  }

  /**
   * Works on a volume; what is said goes to the user.
   * @throws Error when it fails
   */
  async work(member: VolumeMember, ...command: string[]): Promise<void> {
    const exitCode = await runClusterJob({
      ...this.job(member),
      command: ["postgres-entrypoint", "restore-volume", ...command],
      onOutput: (text, stream) => process[stream].write(text),
    });
    if (exitCode === 0) return;
    throw new Error(`${member.name}: \`restore-volume ${command[0]}\` ended with ${exitCode}`);
  }

  async stop(services: StackService[]): Promise<void> {
    await Promise.all(services.map(({ physicalName }) => stopService(this.api, physicalName)));
  }

  async start(services: StackService[]): Promise<void> {
    for (const { physicalName } of services) await scaleService(this.api, physicalName, 1);
  }

  private job({ service, node }: Pick<VolumeMember, "service" | "node">) {
    return { dockerHost: this.dockerHost, service: service.physicalName, volumes: true, node };
  }
}

const look = ["postgres-entrypoint", "restore-volume", "look"];
