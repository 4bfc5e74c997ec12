import Docker from "dockerode";
import type { LabStatus } from "../../lab/swarm/status.ts";
import { lab, refuseExistingLab, script, succeed } from "./support/scripts.ts";

describe("base images", () => {
  let docker: Docker;
  let dockerHost: string;
  /** Whether the lab is this test's to take down. */
  let ours = false;

  beforeAll(async () => {
    await refuseExistingLab("swarm");
    ours = true;
    await lab("up");
    const { nodes }: LabStatus = JSON.parse(await lab("status", "--json"));
    dockerHost = nodes[0]?.dockerHost ?? "";
    docker = new Docker({ socketPath: dockerHost.replace("unix://", "") });
  });

  afterAll(async () => {
    if (ours) await lab("down");
  });

  const run = (image: string, ...command: string[]) =>
    lab("exec", "1", "--", "docker", "run", "--rm", image, ...command);

  test("are there after one run, whatever this machine can reach", async () => {
    await succeed("base-images/main.ts", "-H", dockerHost);
    expect(await run("debian:trixie-slim", "cat", "/etc/debian_version")).toMatch(/^13/);
    expect(await run("node:24-trixie-slim", "node", "--version")).toMatch(/^v24\./);
    expect(await run("node:24-trixie-slim", "id", "--user", "node")).toBe("1000\n");
  }, 180_000);

  test("start as the official ones do", async () => {
    const { Config } = await docker.getImage("node:24-trixie-slim").inspect();
    expect(Config.Cmd).toEqual(["node"]);
    expect(Config.Entrypoint).toEqual(["docker-entrypoint.sh"]);
    expect(Config.Env.join()).toMatch(/NODE_VERSION=24\./);
    expect(await run("node:24-trixie-slim", "-p", "6 * 7")).toBe("42\n");
  });

  test("are left alone by a second run", async () => {
    const id = async () => (await docker.getImage("debian:trixie-slim").inspect()).Id;
    const before = await id();
    const { code, err, seconds } = await script("base-images/main.ts", "-H", dockerHost);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(seconds).toBeLessThan(5);
    expect(await id()).toBe(before);
  });

  test("name the ways out where there is no stand-in", async () => {
    const { code, err } = await script("base-images/main.ts", "-H", dockerHost, "nosuch:1");
    expect(code).toBe(1);
    expect(err).toContain("docker load");
  });
});
