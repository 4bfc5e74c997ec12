import { waysBack } from "../../cli/quorum/recovery.ts";

const address = "10.0.0.1:2377";

describe("how former managers come back", () => {
  const lines = waysBack(
    [
      { name: "node2", labels: { zone: "zone-2", disk: "ssd" } },
      { name: "node3", labels: {} },
    ],
    address,
  );
  const commands = lines.filter((line) => line.startsWith("  ")).map((line) => line.trim());

  test("each leaves before it is removed and joins as a worker, and gets back all of its labels", () => {
    expect(commands.slice(0, 5)).toEqual([
      "on node2:  docker swarm leave --force",
      "here:      docker node rm --force node2",
      `on node2:  docker swarm join --token TOKEN ${address}   (docker swarm join-token worker says it)`,
      "here:      docker node update --label-add zone=zone-2 node2",
      "here:      docker node update --label-add disk=ssd node2",
    ]);
  });

  test("they are promoted when all of them are back, one by one", () => {
    expect(commands.slice(-2)).toEqual([
      "here:      docker node promote node2",
      "here:      docker node promote node3",
    ]);
    expect(commands).toHaveLength(10);
  });

  test("there is nothing to do where there was no other", () => {
    expect(waysBack([], address)).toEqual([]);
  });
});
