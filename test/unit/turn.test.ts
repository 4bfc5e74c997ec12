import * as pulumi from "@pulumi/pulumi";
import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { standingSpecification } from "../../components/orchestrator/swarm/standing.ts";
import { SwarmOrchestrator } from "../../components/orchestrator/swarm/swarm-orchestrator.ts";
import { inTurn } from "../../components/orchestrator/turn.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { until } from "../support/until.ts";
import {
  type Answer,
  credentialsGiven,
  type EngineServer,
  serveEngine,
} from "./support/engine-server.ts";
import { reasonOf } from "./support/output.ts";
import { servicesOf, standingServices } from "./support/standing-services.ts";

const wanted = "a1b2c3d4e5f6";
const label = (value: string) => ({ "ha-store.specification": value });

let engine: EngineServer | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await engine?.close();
  engine = undefined;
});

describe("one member after another", () => {
  /** The second member's turn, with what the cluster has of it, and a first that serves on demand. */
  async function second(labels: Record<string, string> | undefined, preview = false) {
    await recordResources({ preview });
    let asked = 0;
    const answer: Answer = () => {
      asked += 1;
      return { Spec: { Name: "db-2", Labels: labels } };
    };
    const running = await serveEngine(labels ? { "/services/db-2": answer } : {});
    engine = running;
    const first = new pulumi.ComponentResource("test:index:First", "first");
    let serves: () => void = () => {};
    let fails: (error: Error) => void = () => {};
    const previous = pulumi.output(
      new Promise<pulumi.Resource>((resolve, reject) => {
        serves = () => resolve(first);
        fails = reject;
      }),
    );
    const api = () => engineApi(running.host);
    const standing = standingSpecification(api, "db-2");
    const turn = inTurn(pulumi.output(wanted), { standing, change: previous });
    // Pulumi leaves parts of an inner output's failure to nobody, which would end the process.
    const apply = previous.apply.bind(previous);
    jest.spyOn(previous, "apply").mockImplementation((callback) => {
      const inner = apply(callback);
      void reasonOf(inner);
      return inner;
    });
    void reasonOf(previous);
    return { turn, serves: () => serves(), fails: (e: Error) => fails(e), asked: () => asked };
  }

  /** Tells whether the turn has come. */
  function watch(turn: pulumi.Output<string>): () => boolean {
    let came = false;
    turn.apply(() => {
      came = true;
    });
    return () => came;
  }

  test("one that has to change waits until the one before serves", async () => {
    const { turn, serves, asked } = await second(label("0f1e2d3c4b5a"));
    const came = watch(turn);
    await until("the engine is asked", () => asked() > 0);
    // Long enough for the answer to be taken up.
    await new Promise((done) => setTimeout(done, 200));
    expect(came()).toBe(false);
    serves();
    expect(await promiseOf(turn)).toBe(wanted);
  });

  // Members of a new cluster need each other before any of them can serve.
  test("a new one doesn't wait", async () => {
    const { turn } = await second(undefined);
    expect(await promiseOf(turn)).toBe(wanted);
  });

  test("one that is as wanted doesn't wait", async () => {
    const { turn, asked } = await second(label(wanted));
    expect(await promiseOf(turn)).toBe(wanted);
    expect(asked()).toBe(1);
  });

  test("the first has nobody to wait for", async () => {
    await recordResources({ preview: false });
    const first = { standing: pulumi.output("0f1e2d3c4b5a") };
    expect(await promiseOf(inTurn(pulumi.output(wanted), first))).toBe(wanted);
  });

  test("one that can't be looked at isn't changed", async () => {
    await recordResources({ preview: false });
    const gone = () => Promise.reject(new Error("nobody is there"));
    const turn = inTurn(pulumi.output(wanted), { standing: standingSpecification(gone, "db-1") });
    expect(await reasonOf(turn)).toBe("nobody is there");
  });

  test("in a preview nobody waits, and the cluster isn't asked", async () => {
    const { turn, asked } = await second(label("0f1e2d3c4b5a"), true);
    expect(await promiseOf(turn)).toBe(wanted);
    expect(asked()).toBe(0);
  });

  test("where the one before failed, the next is kept back", async () => {
    const { turn, fails, asked } = await second(label("0f1e2d3c4b5a"));
    const came = watch(turn);
    await until("the engine is asked", () => asked() > 0);
    fails(new Error("roll-out of service db-1 failed"));
    // Long enough for the failure to be taken up.
    await new Promise((done) => setTimeout(done, 200));
    expect(came()).toBe(false);
  });
});

describe("a stateful set", () => {
  const names = ["db-1", "db-2", "db-3"];

  /** Registers a set whose members are in the cluster already, each with another specification. */
  async function update() {
    // Where there is no CLI, progress goes to the console.
    jest.spyOn(console, "log").mockImplementation();
    const recording = await recordResources({ preview: false });
    const changed = () => servicesOf(recording);
    const asked = new Set<string>();
    const serving = new Set<string>();
    engine = await serveEngine({
      ...standingServices({
        prefix: "ha-store-dev",
        names,
        standing: names,
        serving,
        recording,
        looked: (name) => asked.add(name),
      }),
      ...credentialsGiven,
    });
    const swarm = new SwarmOrchestrator("swarm", {
      host: engine.host,
      prefix: "ha-store-dev",
      registry: { address: "r:5000", username: "u", password: "p", insecure: true },
    });
    const ready = swarm
      .statefulSet(
        "db",
        {
          image: "db@sha256:2",
          networks: [],
          resources: { memoryLimitMiB: 128 },
          members: names.map((name) => ({ name })),
          volumePath: "/data",
        },
        { parent: new pulumi.ComponentResource("test:index:Parent", "parent") },
      )
      .map((workload) => workload.ready);
    return {
      ready,
      asked,
      changed,
      /** Its new task is healthy. */
      serve: (name: string) => serving.add(name),
    };
  }

  test("is never without more than one of its members", async () => {
    const { ready, asked, changed, serve } = await update();
    for (const [index, name] of names.entries()) {
      await until(`${name}'s turn`, () => changed().includes(name) && asked.size === names.length);
      expect(changed()).toEqual(names.slice(0, index + 1));
      serve(name);
    }
    expect(await promiseOf(pulumi.all(ready).apply((all) => all.length))).toBe(3);
  });
});
