import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import type { Browser, Page } from "playwright-core";
import { parse } from "yaml";
import { launchBrowser } from "../support/browser.ts";
import { builtProgram } from "../support/built-program.ts";
import { attempt, succeed } from "../support/command.ts";
import { engineOf, startLab, stopLab, type TestLab } from "../support/lab.ts";
import { Shopping } from "../support/shopping.ts";
import { until } from "../support/until.ts";
import { Workspace } from "../support/workspace.ts";

/** `npm run up` on a machine of its own, and a person who buys something. */
describe("the dev store", () => {
  const workspace = new Workspace();
  let lab: TestLab;
  let docker: Docker;
  let address = "";
  const composeFolder = `${workspace.folder}/compose`;
  const composeFile = `${composeFolder}/compose.yaml`;

  beforeAll(async () => {
    lab = await startLab(1);
    docker = engineOf(lab);
  }, 300_000);

  afterAll(async () => {
    workspace.remove();
    await stopLab(lab);
  }, 120_000);

  test("is previewed before anything is there", async () => {
    const { all } = await workspace.run("preview");
    expect(all).toMatch(/\+ \d+ to create/);
    expect(await docker.listServices()).toEqual([]);
  }, 600_000);

  test("comes up by one command that prints its address", async () => {
    const { all, seconds } = await workspace.run("up");
    console.log(`up: ${seconds.toFixed(1)} s`);
    address = /The store is open: (\S+)/.exec(all)?.[1] ?? "";
    expect(address).toBe(`http://${lab.address}:8080`);
  }, 600_000);

  test("is refused to whoever has another state", async () => {
    const stranger = new Workspace();
    const { exitCode, all } = await stranger.attempt("up");
    stranger.remove();
    expect([exitCode, all]).toEqual([1, expect.stringContaining("has a stack dev that was not")]);
  }, 120_000);

  describe("in a browser", () => {
    let browser: Browser;
    let page: Page;
    let shopping: Shopping;
    let product = "";

    beforeAll(async () => {
      browser = await launchBrowser();
      page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      shopping = new Shopping(page, address);
    }, 300_000);

    afterAll(() => browser?.close());

    test("shows products", async () => {
      await shopping.open("/");
      expect(await page.locator("main article").count()).toBeGreaterThanOrEqual(8);
      await shopping.screenshot("home");
    });

    test("registers a person", async () => {
      const email = `ada-${Date.now()}@example.com`;
      await shopping.register({ name: "Ada", email, password: "correct horse battery 9" });
      expect(await shopping.orders()).toEqual([]);
    });

    test("finds what is searched for", async () => {
      const found = await shopping.search("lamp");
      await shopping.screenshot("search");
      expect(found.length).toBeGreaterThan(0);
      expect(found.join(" ").toLowerCase()).toContain("lamp");
    });

    test("declines a card that is declined, and keeps the cart", async () => {
      product = await shopping.addFirstProduct();
      await shopping.checkOut("4000 0000 0000 0002");
      await shopping.open("/cart");
      expect(await page.locator("main").innerText()).toContain(product);
    });

    test("sells, and shows the order in the history", async () => {
      expect(await shopping.checkOut("4242 4242 4242 4242")).toBe(
        "Thank you, your order is confirmed",
      );
      expect(await page.locator("main").innerText()).toContain(product);
      await shopping.screenshot("confirmed");
      const [newest] = await shopping.orders();
      expect(newest).toContain("Confirmed");
    });

    test("asks nobody else for anything", async () => {
      const strangers: string[] = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(address)) strangers.push(request.url());
      });
      await shopping.open("/products");
      await page.waitForLoadState("networkidle");
      expect(strangers).toEqual([]);
    });
  });

  test("serves HTTPS with its generated certificate, and keeps its inner paths to itself", async () => {
    const secure = `https://${lab.address}:8443`;
    const status = async (url: string) =>
      (await attempt("curl", ["-sk", "-o", "/dev/null", "-w", "%{http_code}", url])).stdout;
    expect(await status(`${secure}/`)).toBe("200");
    for (const path of ["/metrics", "/readyz", "/healthz"]) {
      expect([path, await status(address + path)]).toEqual([path, "404"]);
    }
  });

  test("is not changed by a second `up`", async () => {
    const { all, seconds } = await workspace.run("up");
    console.log(`second up: ${seconds.toFixed(1)} s`);
    expect(all).toMatch(/Resources:\s+\d+ unchanged/);
    expect(seconds).toBeLessThan(60);
  }, 120_000);

  test("shows what was changed by hand, and `up` repairs it", async () => {
    const none = await workspace.attempt("drift");
    expect([none.exitCode, none.all]).toEqual([0, expect.stringContaining("is as its program")]);
    const replicas = async () => {
      const { Spec } = await docker.getService("ha-store-dev-orders").inspect();
      return Spec.Mode.Replicated.Replicas;
    };
    const wanted = await replicas();
    await attempt("docker", ["service", "scale", "--detach", `ha-store-dev-orders=${wanted + 1}`], {
      env: { DOCKER_HOST: lab.dockerHost },
    });
    await docker.getService("ha-store-dev-catalog").remove();

    const { exitCode, all } = await workspace.attempt("drift");
    expect(exitCode).toBe(1);
    expect(all).toMatch(new RegExp(`orders +mode.replicated.replicas +${wanted + 1} +${wanted}`));
    expect(all).toMatch(/catalog +"gone"/);

    const repaired = await workspace.run("up");
    expect(repaired.all).toContain("not as the last `up` left it: catalog, orders");
    expect(await replicas()).toBe(wanted);
    expect((await fetch(`${address}/products`)).status).toBe(200);
    expect((await workspace.attempt("drift")).exitCode).toBe(0);
  }, 300_000);

  test("has no secret in plain text anywhere", async () => {
    const { stdout: revealed } = await workspace.run("pulumi", "stack", "export", "--show-secrets");
    const secrets = generatedValues(JSON.parse(revealed));
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    for (const [place, text] of Object.entries(await everywhere())) {
      const found = secrets.filter((secret) => text.includes(secret));
      expect([place, found.length]).toEqual([place, 0]);
    }
  }, 120_000);

  /** Each text in which a secret could have been left, by where that is. */
  async function everywhere(): Promise<Record<string, string>> {
    const containers = await docker.listContainers();
    const images = await docker.listImages();
    const logs = await Promise.all(
      containers.map(({ Id }) => docker.getContainer(Id).logs({ stdout: true, stderr: true })),
    );
    const inspected = await Promise.all(
      containers.map(({ Id }) => docker.getContainer(Id).inspect()),
    );
    const histories = await Promise.all(images.map(({ Id }) => docker.getImage(Id).history()));
    const state = await workspace.run("pulumi", "stack", "export");
    return {
      state: state.all,
      "backend's files": (await attempt("cat", [...(await files())])).all,
      services: JSON.stringify(await docker.listServices()),
      configs: JSON.stringify(await docker.listConfigs()),
      secrets: JSON.stringify(await docker.listSecrets()),
      containers: JSON.stringify(inspected),
      images: JSON.stringify(histories),
      logs: logs.map(String).join("\n"),
      processes: (await attempt("ps", ["axeww"])).all,
    };
  }

  async function files(): Promise<string[]> {
    const { stdout } = await attempt("find", [`${workspace.folder}/state`, "-type", "f"]);
    return stdout.trim().split("\n");
  }

  test("is written as a Compose file", async () => {
    const { all } = await workspace.run("compose", "--output", composeFolder, "--with-secrets");
    expect(all).toContain(`wrote ${composeFile}`);
  }, 60_000);

  // The program is built here where it never was.
  test("is a Compose file to `docker compose config` too", async () => {
    const compose = await builtProgram("docker-compose");
    const { all, stdout } = await succeed(compose, ["-f", composeFile, "config"]);
    // Which `docker stack deploy` of Docker Engine 20.10 asks for.
    const obsolete = expect.stringContaining("`version` is obsolete");
    expect(all.split("\n").filter((line) => line.includes("level="))).toEqual([obsolete]);
    const servicesOf = (text: string) => Object.keys(parse(text).services).sort();
    expect(servicesOf(stdout)).toEqual(servicesOf(readFileSync(composeFile, "utf8")));
  }, 900_000);

  test("refuses ports that another stack has, all at once, and changes nothing", async () => {
    const before = await servicesBySpec();
    const { exitCode, all } = await workspace.attempt("up", "--stack", "ha");
    expect(exitCode).not.toBe(0);
    expect(all).toContain("3 problems with the configuration; nothing was changed");
    expect(all).toMatch(
      /httpPort is 8080, which .*edge-balancer.* has: stop that, or give another/,
    );
    expect(all).toMatch(
      /httpsPort is 8443, which .*edge-balancer.* has: stop that, or give another/,
    );
    expect(all).toMatch(/registryPort is 5000, which .*registry.* has: stop that, or give another/);
    expect(await servicesBySpec()).toEqual(before);
  }, 120_000);

  test("refuses a stack that is not there, and an engine that does not answer", async () => {
    const { exitCode, all } = await workspace.attempt("up", "--stack", "prod");
    expect([exitCode, all]).toEqual([1, expect.stringContaining("there is no Pulumi.prod.yaml")]);
    const nowhere = { DOCKER_HOST: "unix:///run/no-such-engine.sock" };
    const away = await workspace.attemptWith(nowhere, "up");
    expect(away.exitCode).not.toBe(0);
    expect(away.all).toMatch(
      /dockerHost is unix:\/\/\/run\/no-such-engine.sock, but no Docker Engine/,
    );
  }, 120_000);

  async function servicesBySpec() {
    return (await docker.listServices()).map(({ ID, Spec }) => ({ ID, Spec }));
  }

  test("asks before data goes, and then leaves nothing behind", async () => {
    const refused = await workspace.attempt("down");
    expect([refused.exitCode, refused.all]).toEqual([1, expect.stringContaining("--yes")]);
    expect((await docker.listServices()).length).toBeGreaterThan(0);

    await workspace.run("down", "--yes");
    expect(await docker.listServices()).toEqual([]);
    expect(await docker.listSecrets()).toEqual([]);
    expect(await docker.listConfigs()).toEqual([]);
    expect(await docker.listContainers({ all: true })).toEqual([]);
    expect((await docker.listVolumes()).Volumes ?? []).toEqual([]);
    const ours = (await docker.listNetworks()).filter((one) => one.Labels?.["ha-store.stack"]);
    expect(ours).toEqual([]);
  }, 300_000);

  test("comes up from its Compose file too", async () => {
    const dockerCommand = (...args: string[]) =>
      attempt("docker", args, { env: { DOCKER_HOST: lab.dockerHost } });
    const flags = ["--resolve-image", "never", "-c", composeFile];
    const deployed = await dockerCommand("stack", "deploy", ...flags, "moved");
    expect([deployed.exitCode, deployed.all]).toEqual([0, expect.anything()]);
    const began = performance.now();
    let last: unknown;
    const answers = until(
      "the moved store answers",
      async () => {
        last = await fetch(`${address}/products`, { signal: AbortSignal.timeout(5_000) })
          .then(({ status }) => status)
          .catch((error: Error) => error.cause ?? error);
        return last === 200;
      },
      180,
    );
    await answers.catch(async (error) => {
      const tasks = await dockerCommand("stack", "ps", "--no-trunc", "moved");
      throw new Error(`${error.message}; the last answer was ${last}\n${tasks.all}`);
    });
    console.log(`the moved store: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    // Swarm refuses to remove a network while a task of a service just removed still ends.
    await until(
      "the moved store is gone",
      async () => (await dockerCommand("stack", "rm", "moved")).exitCode === 0,
      60,
    );
  }, 300_000);
});

interface Exported {
  deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
}

/** Every value that the random provider made, and how it looks in a file for the cluster. */
function generatedValues({ deployment }: Exported): string[] {
  return deployment.resources
    .filter(({ type }) => type.startsWith("random:"))
    .flatMap(({ outputs = {} }) => [outputs.result, outputs.hex, outputs.base64])
    .map((value) =>
      typeof value === "object" && value !== null && "plaintext" in value
        ? JSON.parse(String(value.plaintext))
        : value,
    )
    .filter((value): value is string => typeof value === "string" && value.length >= 16)
    .flatMap((value) => [value, Buffer.from(value).toString("base64").replace(/=+$/, "")]);
}
