import { join } from "node:path";
import type Docker from "dockerode";
import { runClusterJob } from "../../cli/platform/swarm/job.ts";
import { engineOf, startLab, stopLab, type TestLab } from "../support/lab.ts";
import { start } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { root } from "../support/workspace.ts";

/** Commands that run once inside the cluster, after a service that is there. */
describe("a cluster job", () => {
  let lab: TestLab;
  let docker: Docker;

  beforeAll(async () => {
    lab = await startLab(1);
    docker = engineOf(lab);
    const secret = await docker.createSecret({
      Name: "phrase",
      Data: Buffer.from("open sesame").toString("base64"),
    });
    const network = await docker.createNetwork({ Name: "inner", Driver: "overlay" });
    const file = { Name: "phrase", UID: "1000", GID: "1000", Mode: 0o400 };
    await docker.createService({
      Name: "sleeper",
      EndpointSpec: { Mode: "dnsrr" },
      TaskTemplate: {
        ContainerSpec: {
          Image: "debian:trixie-slim",
          Command: ["sleep", "infinity"],
          Env: ["OWN=kept"],
          User: "1000:1000",
          Secrets: [{ SecretID: secret.id, SecretName: "phrase", File: file }],
          Mounts: [{ Type: "volume", Source: "data", Target: "/data" }],
        },
        Networks: [{ Target: network.id, Aliases: ["sleeper"] }],
      },
    } as unknown as Docker.CreateServiceOptions);
    await until(
      "the service runs",
      async () => {
        const tasks: { Status: { State: string } }[] = await docker.listTasks();
        return tasks.some(({ Status }) => Status.State === "running");
      },
      60,
    );
  }, 300_000);

  afterAll(() => stopLab(lab), 120_000);

  async function run(script: string, service = "sleeper") {
    const output = { stdout: "", stderr: "" };
    const exitCode = await runClusterJob(lab.dockerHost, {
      service,
      command: ["bash", "-c", script],
      environment: { ADDED: "new" },
      onOutput: (text, stream) => {
        output[stream] += text;
      },
    });
    return { exitCode, ...output };
  }

  test("has the service's image, user, secrets, environment and networks, not its name or data", async () => {
    const script = 'id -u; cat /run/secrets/phrase; echo; echo "$OWN $ADDED"; ls /data; exit 3';
    const { exitCode, stdout, stderr } = await run(script);
    expect([exitCode, stdout]).toEqual([3, "1000\nopen sesame\nkept new\n"]);
    expect(stderr).toContain("cannot access '/data'");
    const before = await run("getent ahostsv4 sleeper | sort -u | wc -l");
    expect(before).toMatchObject({ exitCode: 0, stdout: "3\n" });
  }, 60_000);

  test("gives all of a long output, once and in order", async () => {
    const { stdout } = await run("seq 20000; head -c 40000 /dev/zero | tr '\\0' x");
    const lines = stdout.split("\n");
    expect(lines.slice(0, 20_000)).toEqual(Array.from({ length: 20_000 }, (_, i) => `${i + 1}`));
    expect(lines[20_000]).toBe("x".repeat(40_000));
  }, 60_000);

  test("says what is wrong with a service or command that is not there", async () => {
    await expect(run("true", "nobody")).rejects.toThrow(
      "there is no service nobody in the cluster, its services are sleeper",
    );
    const missing = runClusterJob(lab.dockerHost, {
      service: "sleeper",
      command: ["no-such-program"],
      onOutput: () => {},
    });
    await expect(missing).rejects.toThrow(/no-such-program/);
  }, 60_000);

  test("is gone when its caller is interrupted, and always in the end", async () => {
    const program = `
      const { runClusterJob } = await import("${join(root, "cli", "platform", "swarm", "job.ts")}");
      await runClusterJob("${lab.dockerHost}", {
        service: "sleeper",
        command: ["bash", "-c", "echo begun; sleep infinity"],
        onOutput: (text) => process.stdout.write(text),
      });`;
    const node = join(root, "node_modules", ".bin", "node");
    const caller = start(node, ["--input-type=module", "--eval", program]);
    await until("the job runs", async () => caller.output().includes("begun"), 30);
    caller.process.kill("SIGINT");
    expect(await caller.exited).toBe(1);
    expect(caller.output()).toContain("was interrupted and is stopped");
    const services = await docker.listServices();
    expect(services.map(({ Spec }) => Spec?.Name)).toEqual(["sleeper"]);
  }, 60_000);
});
