import { askInCluster } from "../job-answer.ts";
import type { Platform, StackService } from "../platform/platform.ts";

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
  private readonly platform: Platform;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /** Members whose volumes can be reached; the others are named. */
  async find(services: StackService[]): Promise<{ members: VolumeMember[]; lost: string[] }> {
    const lost: string[] = [];
    const found = await Promise.all(
      services.map(async (service): Promise<VolumeMember[]> => {
        const name = service.environment.MEMBER ?? service.name;
        const node = await this.platform.nodeOf(service);
        try {
          const answer = await askInCluster(this.platform, {
            ...this.job({ service, node }),
            command: look,
          });
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
    const exitCode = await this.platform.run({
      ...this.job(member),
      command: ["postgres-entrypoint", "restore-volume", ...command],
      onOutput: (text, stream) => process[stream].write(text),
    });
    if (exitCode === 0) return;
    throw new Error(`${member.name}: \`restore-volume ${command[0]}\` ended with ${exitCode}`);
  }

  private job({ service, node }: Pick<VolumeMember, "service" | "node">) {
    return { service: service.physicalName, volumes: true, node };
  }
}

const look = ["postgres-entrypoint", "restore-volume", "look"];
