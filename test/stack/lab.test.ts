import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { LabStatus } from "../../lab/swarm/status.ts";
import { hostState } from "../support/host-state.ts";
import { until } from "../support/until.ts";
import { lab, refuseExistingLab, script, succeed } from "./support/scripts.ts";

const status = async (): Promise<LabStatus> => JSON.parse(await lab("status", "--json"));

const statesOf = async () =>
  (await status()).nodes.map(({ state, swarm }) => `${state} ${swarm?.state}`);

const allReady = async () => (await statesOf()).every((state) => state === "running ready");

/** Undefined where the test must not touch the lab that is there. */
let before: ReturnType<typeof hostState> | undefined;

beforeAll(async () => {
  await refuseExistingLab("swarm");
  before = hostState();
});

afterAll(async () => {
  if (before) await lab("down");
});

describe("the Swarm lab", () => {
  test("comes up with one node, and without one again", async () => {
    await lab("up");
    expect((await status()).nodes).toHaveLength(1);
    await lab("down");
    expect(hostState()).toEqual(before);
    expect(await status()).toBeNull();
  });

  test("is mended by the next command after a kill at any moment", async () => {
    for (const delay of [250, 500, 750, 1000]) {
      const up = spawn(process.execPath, ["lab/main.ts", "swarm", "up"], { stdio: "ignore" });
      const ended = new Promise((resolve) => up.on("exit", resolve));
      setTimeout(() => up.kill("SIGKILL"), delay);
      await ended;
    }
    await lab("down");
    expect(hostState()).toEqual(before);
  });

  test("grows from one node to three, each in a zone of its own", async () => {
    await lab("up", "--nodes", "1");
    await lab("up", "--nodes", "3");
    const { nodes } = await status();
    expect(nodes.map(({ address }) => address)).toEqual(["10.77.0.11", "10.77.0.12", "10.77.0.13"]);
    expect(nodes.every(({ swarm }) => swarm?.role !== "worker")).toBe(true);
    const zones = await lab(
      ...["exec", "2", "--", "docker", "node", "inspect", "node1", "node2", "node3"],
      ...["--format", "{{.Spec.Labels.zone}}"],
    );
    expect(zones.trim().split("\n")).toEqual(["zone-1", "zone-2", "zone-3"]);
  });

  test("counts as four processes, where the kernel shares them out", () => {
    const weights = { "cpu/ha-store-lab/cpu.shares": 4096, "ha-store-lab/cpu.weight": 400 };
    for (const [name, weight] of Object.entries(weights)) {
      const file = `/sys/fs/cgroup/${name}`;
      if (existsSync(file))
        expect([name, Number(readFileSync(file, "utf8"))]).toEqual([name, weight]);
    }
  });

  test("refuses names of dead services at once, on every kind of network", async () => {
    const { nodes } = await status();
    await succeed("base-images/main.ts", "-H", nodes[0]?.dockerHost ?? "", "debian:trixie-slim");
    const docker = (...args: string[]) => lab("exec", "1", "--", "docker", ...args);
    await docker("network", "create", "-d", "overlay", "--attachable", "app");
    await docker("network", "create", "-d", "overlay", "--attachable", "--internal", "data");
    for (const network of ["app", "data", "bridge"]) {
      const took = await docker(
        ...["run", "--rm", "--network", network, "debian:trixie-slim", "bash", "-c"],
        "s=$(date +%s%3N); for name in tasks.nosuch nosuch nosuch.storefront; do " +
          "getent hosts $name && exit 1; done; echo $(($(date +%s%3N) - s))",
      );
      expect(Number(took)).toBeLessThan(500);
    }
    await docker("network", "rm", "app", "data");
  }, 90_000);

  test("loses a node's power and gets it back", async () => {
    await lab("node", "stop", "3");
    await until("node 3 is down", async () => (await statesOf())[2] === "stopped down");
    await lab("node", "start", "3");
    await until("all nodes are ready", allReady);
  });

  test("cuts a node's network link and heals it", async () => {
    await lab("node", "cut", "2");
    await until("node 2 is cut off", async () => (await statesOf())[1] === "cut down");
    expect((await lab("exec", "2", "--", "docker", "version")).length).toBeGreaterThan(0);
    await lab("node", "heal", "2");
    await until("all nodes are ready", allReady, 30);
  });

  test("pauses a node and continues it", async () => {
    await lab("node", "pause", "1");
    expect((await statesOf())[0]).toMatch(/^paused/);
    const { code, err } = await script("lab/main.ts", "swarm", "exec", "1", "--", "true");
    expect(code).toBe(1);
    expect(err).toContain("swarm node heal 1");
    await lab("node", "heal", "1");
    await until("all nodes are ready", allReady, 60);
  }, 90_000);

  test("takes a manager back that has left by force, and what it was before is gone", async () => {
    await lab("exec", "2", "--", "docker", "swarm", "leave", "--force");
    await lab("up", "--nodes", "3");
    const names = await lab("exec", "1", "--", "docker", "node", "ls", "--format", "{{.Hostname}}");
    expect(names.trim().split("\n").toSorted()).toEqual(["node1", "node2", "node3"]);
    expect((await status()).nodes.every(({ swarm }) => swarm?.role !== "worker")).toBe(true);
  });

  test("hands on a command's exit code", async () => {
    expect((await script("lab/main.ts", "swarm", "exec", "1", "--", "false")).code).toBe(1);
  });

  test("leaves nothing behind", async () => {
    await lab("down");
    expect(hostState()).toEqual(before);
    expect((await script("lab/main.ts", "swarm", "down")).code).toBe(0);
  });

  test("says which node does not exist, and how to get it", async () => {
    const { code, err } = await script("lab/main.ts", "swarm", "node", "stop", "4");
    expect(code).toBe(1);
    expect(err).toContain("swarm up --nodes 4");
  });
});
