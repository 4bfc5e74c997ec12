import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { attempt } from "../support/command.ts";
import { until } from "../support/until.ts";
import { root } from "../support/workspace.ts";
import { EngineProject } from "./support/engine-project.ts";

/** Runs `engine ARGS` as a person would. */
const engine = (args: string[], env: Record<string, string> = {}) =>
  attempt(process.execPath, [join(root, "engine", "main.ts"), ...args], { cwd: root, env });

describe("choosing an engine", () => {
  let folder: string;
  const nodeFolder = dirname(process.execPath);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ha-store-engine-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program on the PATH that prints one line. */
  function install(name: string, line: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${line}'\n`);
    chmodSync(join(folder, name), 0o755);
  }

  const status = (source: string) =>
    engine(["status"], {
      HA_STORE_ENGINE: source,
      HA_STORE_CACHE: join(folder, "cache"),
      PATH: `${folder}:${nodeFolder}`,
    });

  test("is quick once there is one", async () => {
    await engine([]);
    const { exitCode, seconds, all } = await engine([]);
    expect({ exitCode, all }).toMatchObject({
      exitCode: 0,
      all: expect.stringMatching(/^Pulumi 3/),
    });
    expect(seconds).toBeLessThan(3);
  }, 1_800_000);

  test("takes a new enough pulumi from the PATH", async () => {
    install("pulumi", "v3.280.0");
    install("pulumi-language-nodejs", "");
    expect((await status("path")).all).toBe(`Pulumi 3.280.0 (path) in ${folder}\n`);
  });

  test.each([
    ["is too old", "v3.100.0", "is 3.100.0, and 3.270.0 or later is needed"],
    ["has no Node.js language host", "v3.280.0", "has no pulumi-language-nodejs beside it"],
    ["is something else", "hello", "does not tell its version"],
  ])("says when the pulumi on the PATH %s", async (_, version, reason) => {
    install("pulumi", version);
    expect((await status("path")).all).toContain(`${folder}/pulumi ${reason}`);
  });

  test("refuses an unknown HA_STORE_ENGINE", async () => {
    const { exitCode, all } = await status("brew");
    expect(exitCode).toBe(1);
    expect(all).toMatch(/HA_STORE_ENGINE is "brew": set it to path, official or source/);
  });

  test("without Go, or with one that is too old, names the ways out", async () => {
    const build = () =>
      engine([], {
        HA_STORE_ENGINE: "source",
        HA_STORE_CACHE: join(folder, "cache"),
        PATH: `${folder}:${nodeFolder}`,
      });
    const without = await build();
    install("go", "go1.19.8");
    const old = await build();
    expect([without.exitCode, old.exitCode]).toEqual([1, 1]);
    expect(without.all).toContain("there is no `go` on the PATH");
    expect(old.all).toMatch(/Go is 1\.19\.8, and 1\.\d+\.\d+ or later is needed/);
    for (const way of ["install Pulumi", "HA_STORE_ENGINE=official", "install Go"]) {
      expect(without.all).toContain(way);
    }
  });
});

describe("the engine", () => {
  let project: EngineProject;

  beforeAll(async () => {
    project = await EngineProject.create();
  }, 1_800_000);
  afterAll(() => project.remove());

  test("runs a program with providers, dynamic resources and configuration", async () => {
    await project.pulumi("config", "set", "greeting", "good morning");
    await project.pulumi("config", "set", "--secret", "token", "hunter2");
    project.program(`
      const config = new pulumi.Config();
      class Echo extends pulumi.dynamic.Resource {
        constructor(name, text) {
          super({ create: async (inputs) => ({ id: name, outs: inputs }) }, name, { text });
        }
      }
      console.log("said by the program");
      exports.length = pulumi.unsecret(new random.RandomPassword("password", { length: 20 }).result)
        .apply((text) => text.length);
      exports.echo = new Echo("echo", config.require("greeting")).text;
      exports.token = config.requireSecret("token");
      exports.stack = pulumi.getOrganization() + "/" + pulumi.getProject() + "/" + pulumi.getStack();
    `);
    const { exitCode, all } = await project.up();
    expect(exitCode).toBe(0);
    expect(all).toMatch(/Diagnostics:\s+pulumi:pulumi:Stack \(proof-dev\):\s+said by the program/);
    expect(all).toContain("3 created");
    expect(all).not.toMatch(/warning|hunter2/);
    expect(JSON.parse((await project.pulumi("stack", "output", "--json")).stdout)).toEqual({
      length: 20,
      echo: "good morning",
      token: "[secret]",
      stack: "organization/proof/dev",
    });
  });

  test("changes nothing the second time, and previews what it would change", async () => {
    expect((await project.up()).all).toMatch(/3 unchanged/);
    const code = readFileSync(join(project.folder, "index.cjs"), "utf8");
    project.write("index.cjs", code.replace("length: 20", "length: 21"));
    const { all } = await project.pulumi("preview", "--non-interactive", "--diff");
    expect(all).toMatch(/length +: 20 => 21/);
    expect(all).toMatch(/1 to replace/);
  });

  test("tells an error of the program once, with its place", async () => {
    project.program(`throw new Error("the shelf is empty");`);
    const { exitCode, all } = await project.up();
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/Error: the shelf is empty\s+at .*index\.cjs:\d+/);
    expect(all).not.toMatch(/exit status|the program failed/);
    expect((await project.pulumi("stack")).all).toContain("Current stack resources (5)");
  });

  test("tells when a program ends on its own with an exit code", async () => {
    project.program("process.exit(7);");
    const { exitCode, all } = await project.up();
    expect(exitCode).not.toBe(0);
    expect(all).toContain("the program failed: exit status 7");
  });

  test("interrupts the program when it is interrupted, and leaves no process", async () => {
    project.program(`
      const { writeFileSync } = require("node:fs");
      process.on("SIGINT", () => {
        writeFileSync("interrupted", "");
        process.exit(1);
      });
      setInterval(() => {}, 1000);
      writeFileSync("running", String(process.pid));
    `);
    const update = project.startUp();
    await until("the program runs", () => project.has("running"));
    const pid = Number(readFileSync(join(project.folder, "running"), "utf8"));
    update.process.kill("SIGINT");
    expect(await update.exited).not.toBe(0);
    expect(project.has("interrupted")).toBe(true);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("tells about the Node.js that it runs programs with", async () => {
    const { all } = await project.pulumi("about");
    expect(all).toMatch(/executable='.*node' version='v\d+\./);
    expect(all).toMatch(/nodejs +3\.274\.1/);
  });

  test("runs TypeScript and passes arguments to Node", async () => {
    const typed = await EngineProject.create({ typescript: true, nodeargs: "--title=of-the-shop" });
    try {
      typed.write("package.json", JSON.stringify({ name: "proof", main: "index.ts" }));
      typed.write("index.ts", `export const title: string = process.title;`);
      await typed.pulumi("up", "--yes", "--skip-preview", "--non-interactive");
      const { stdout } = await typed.pulumi("stack", "output", "title");
      expect(stdout.trim()).toBe("of-the-shop");
    } finally {
      typed.remove();
    }
  });
});
