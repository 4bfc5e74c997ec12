import type Dockerode from "dockerode";
import { engineApi } from "../../../components/orchestrator/swarm/engine-api.ts";
import { stackLabel } from "../../../components/orchestrator/swarm/names.ts";
import { swarmStatus } from "../../../lab/index.ts";
import { repeat } from "../../repeat.ts";

/** A volume, and the engine that has it. */
export interface EngineVolume {
  name: string;
  engine: Dockerode;
}

/**
 * The volumes of a stack. A Swarm's managers do not know of volumes, so every engine that can be
 * reached is asked: the given one and, in a lab, all of its nodes.
 */
export async function findVolumes(dockerHost: string, prefix: string): Promise<EngineVolume[]> {
  const found = await Promise.all(
    (await reachableHosts(dockerHost)).map((host) => volumesAt(host, prefix)),
  );
  return found.flat();
}

async function reachableHosts(dockerHost: string): Promise<string[]> {
  const lab = await swarmStatus();
  const hosts = lab?.nodes
    .filter((node) => node.state === "running")
    .map((node) => node.dockerHost);
  return hosts?.includes(dockerHost) ? hosts : [dockerHost];
}

async function volumesAt(host: string, prefix: string): Promise<EngineVolume[]> {
  const engine = await engineApi(host);
  const { Volumes } = await engine.listVolumes({ filters: { label: [`${stackLabel}=${prefix}`] } });
  return (Volumes ?? []).map(({ Name }) => ({ name: Name, engine }));
}

const pollMilliseconds = 250;
const patienceMilliseconds = 60_000;

/** Removes a volume as soon as the containers that had it have ended. */
export async function removeVolume({ name, engine }: EngineVolume): Promise<void> {
  const statusOf = (error: unknown) => (error as { statusCode?: number }).statusCode;
  const attempt = async () => {
    await removeEnded({ name, engine });
    await engine
      .getVolume(name)
      .remove()
      .catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error;
      });
  };
  const mayPass = (error: unknown) => statusOf(error) === 409;
  await repeat(attempt, { patienceMilliseconds, pollMilliseconds, mayPass });
}

/** Swarm leaves the containers of one-off jobs on their nodes. */
async function removeEnded({ name, engine }: EngineVolume): Promise<void> {
  const filters = { volume: [name], status: ["exited", "dead", "created"] };
  for (const { Id } of await engine.listContainers({ all: true, filters })) {
    // Swarm may be removing it as well.
    await engine
      .getContainer(Id)
      .remove()
      .catch(() => undefined);
  }
}
