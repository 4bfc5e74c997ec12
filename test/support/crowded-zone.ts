import type Docker from "dockerode";
import { engineOf, type TestLab } from "./lab.ts";
import { until } from "./until.ts";

type Placement = Record<string, unknown>;

/**
 * Where Swarm puts two tasks that are placed like this, in a lab whose nodes 2 and 3 are in one zone
 * for a while, and whose node 1, alone in its own, is the fullest: by the number of tasks alone it
 * would take none of them.
 *
 * @param image that the nodes have
 * @returns numbers of the nodes
 */
export async function placesBesideCrowdedZone(
  lab: TestLab,
  image: string,
  placement: Placement,
): Promise<number[]> {
  const docker = engineOf(lab);
  const ids = await Promise.all(lab.nodes.map(({ number }) => nodeId(engineOf(lab, number))));
  const made: string[] = [];
  const placesOf = async (name: string, replicas: number, where: Placement): Promise<number[]> => {
    const ContainerSpec = { Image: image, Command: ["sleep", "1000"] };
    const service = await docker.createService({
      Name: name,
      TaskTemplate: { ContainerSpec, Placement: where },
      Mode: { Replicated: { Replicas: replicas } },
    });
    made.push(service.id);
    let places: number[] = [];
    await until(
      `${replicas} tasks of ${name} are placed`,
      async () => {
        const tasks: { NodeID?: string }[] = await docker.listTasks({
          filters: { service: [name] },
        });
        places = tasks.flatMap(({ NodeID }) => (NodeID ? ids.indexOf(NodeID) + 1 : []));
        return places.length === replicas;
      },
      30,
    );
    return places;
  };
  const third = ids[2] ?? "";
  await setZone(docker, third, "zone-2");
  try {
    await placesOf("filler", 20, { Constraints: ["node.labels.zone==zone-1"] });
    return await placesOf("twins", 2, placement);
  } finally {
    for (const id of made) await docker.getService(id).remove();
    await setZone(docker, third, "zone-3");
  }
}

async function nodeId(docker: Docker): Promise<string> {
  return (await docker.info()).Swarm.NodeID;
}

async function setZone(docker: Docker, id: string, zone: string): Promise<void> {
  const node = docker.getNode(id);
  const { Version, Spec } = await node.inspect();
  await node.update({ version: Version.Index, ...Spec, Labels: { ...Spec.Labels, zone } });
}
