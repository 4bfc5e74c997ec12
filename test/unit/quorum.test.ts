import { peersOf, withoutFarewell } from "../../cli/quorum/peers.ts";
import { waysBack } from "../../cli/quorum/recovery.ts";
import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { serveEngine } from "./support/engine-server.ts";

const address = "10.0.0.1:2377";

describe("how former managers come back", () => {
  const lines = waysBack(
    [
      { name: "node2", labels: { zone: "zone-2", disk: "ssd" } },
      { name: "node3", labels: {} },
    ],
    address,
    10_000,
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

  test("they are promoted when all of them are back, one by one, and learn from a snapshot", () => {
    expect(commands.slice(-4)).toEqual([
      "here:      docker swarm update --snapshot-interval 1",
      "here:      docker node promote node2",
      "here:      docker node promote node3",
      "here:      docker swarm update --snapshot-interval 10000",
    ]);
    expect(commands).toHaveLength(12);
  });

  test("there is nothing to do where there was no other", () => {
    expect(waysBack([], address, 10_000)).toEqual([]);
  });
});

describe("an engine's peers", () => {
  /** Those of 10.0.0.1, whose networks have these. */
  async function peers(...networks: (string[] | null)[]): Promise<string[]> {
    const inspected = networks.map((addresses, index) => [
      `/networks/${index}`,
      () => ({ Id: String(index), Peers: addresses?.map((IP) => ({ Name: "id", IP })) ?? null }),
    ]);
    const engine = await serveEngine({
      "/networks": () => networks.map((_, index) => ({ Id: String(index) })),
      ...Object.fromEntries(inspected),
    });
    return peersOf(await engineApi(engine.host), "10.0.0.1").finally(engine.close);
  }

  test("are the other hosts on any of its networks, each once", async () => {
    const found = await peers(["10.0.0.1", "10.0.0.3"], null, ["10.0.0.2", "10.0.0.3", "10.0.0.1"]);
    expect(found).toEqual(["10.0.0.2", "10.0.0.3"]);
  });

  test("are none where the engine was just started, or the others are off", async () => {
    expect(await peers()).toEqual([]);
    expect(await peers(["10.0.0.1"])).toEqual([]);
  });

  test("are named with what ends the engine without telling them", () => {
    const said = withoutFarewell(["10.0.0.2", "10.0.0.3"], "10.0.0.1").join("\n");
    expect(said).toContain("10.0.0.2, 10.0.0.3");
    expect(said).toContain("on 10.0.0.1:  systemctl kill --signal=KILL docker");
  });
});
