import * as pulumi from "@pulumi/pulumi";
import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { keepReplicas } from "../../components/orchestrator/swarm/keep-replicas.ts";
import { recordResources } from "../support/pulumi-mocks.ts";
import { serveEngine } from "./support/engine-server.ts";

const bounds = { minReplicas: 2, maxReplicas: 6, requestsPerSecond: 100 };
const name = "ha-store-dev-catalog";

interface InCluster {
  replicas: number;
  specification: string;
}

const wanted: pulumi.Input<object[]> = [{ label: "ha-store.specification", value: "wanted" }];

/** What becomes of a service that the program wants with 2 replicas, and as "wanted". */
async function register(inCluster?: InCluster, labels = wanted) {
  const engine = await serveEngine(
    inCluster
      ? {
          [`/services/${name}`]: () => ({
            Spec: {
              Name: name,
              Labels: { "ha-store.specification": inCluster.specification },
              Mode: { Replicated: { Replicas: inCluster.replicas } },
            },
          }),
        }
      : {},
  );
  const { ignoreChanges, transforms } = keepReplicas(() => engineApi(engine.host), bounds);
  const props = {
    name,
    mode: { replicated: { replicas: 2 } },
    labels,
  };
  const opts = { ignoreChanges, protect: true };
  const [transform] = transforms;
  const args = { custom: true, type: "docker:index/service:Service", name: "catalog", props, opts };
  const changed = await transform?.(args as pulumi.ResourceTransformArgs);
  await engine.close();
  return { props, ignoreChanges, changed };
}

test("where nothing else changes, replicas are none of Pulumi's business", async () => {
  const { ignoreChanges, changed } = await register({ replicas: 5, specification: "wanted" });
  expect(ignoreChanges).toEqual(["mode.replicated.replicas"]);
  expect(changed).toBeUndefined();
});

test("a roll-out keeps the replicas that the cluster has, not those that Pulumi once saw", async () => {
  const { props, changed } = await register({ replicas: 5, specification: "another" });
  expect(changed?.props).toEqual({ ...props, mode: { replicated: { replicas: 5 } } });
  expect(changed?.opts).toEqual({ ignoreChanges: [], protect: true });
});

test.each([
  [9, 6],
  [1, 2],
  [0, 2],
])("new bounds move %i replicas to %i", async (replicas, moved) => {
  const { changed } = await register({ replicas, specification: "another" });
  expect(changed?.props.mode).toEqual({ replicated: { replicas: moved } });
});

describe("labels as the engine hands them back", () => {
  const output = pulumi.output([
    { label: "ha-store.specification", value: pulumi.output("wanted") },
  ]);
  const never = pulumi.output(new Promise<object[]>(() => {}));

  test.each([true, false])("with known outputs, in a preview: %s", async (preview) => {
    await recordResources({ preview });
    const same = await register({ replicas: 5, specification: "wanted" }, output);
    expect(same.changed).toBeUndefined();
    const other = await register({ replicas: 5, specification: "another" }, output);
    expect(other.changed?.props.mode).toEqual({ replicated: { replicas: 5 } });
  });

  test("what a preview does not know yet is a change", async () => {
    await recordResources({ preview: true });
    const { changed } = await register({ replicas: 5, specification: "wanted" }, never);
    expect(changed?.props.mode).toEqual({ replicated: { replicas: 5 } });
  });
});

test("a new service begins with what is asked for", async () => {
  expect((await register()).changed).toBeUndefined();
});

test("a preview without the cluster goes on", async () => {
  const { transforms } = keepReplicas(() => engineApi("unix:///nowhere/docker.sock"), bounds);
  const args = { props: { name, labels: [] }, opts: {} } as unknown as pulumi.ResourceTransformArgs;
  expect(await transforms[0]?.(args)).toBeUndefined();
});
