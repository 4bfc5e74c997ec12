import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import {
  Alertmanager,
  type AlertmanagerArgs,
} from "../../components/observability/alertmanager.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

beforeEach(async () => {
  await recordResources();
});

function make(args: Partial<AlertmanagerArgs> = {}, zones = ["a", "b", "c"]) {
  const orchestrator = new RecordingOrchestrator(zones);
  const network = orchestrator.network("monitoring", { encrypted: true, internal: false }, {});
  const alertmanager = new Alertmanager("alertmanager", {
    orchestrator,
    image: "registry/alertmanager@sha256:1",
    network,
    webhooks: ["https://chat.example/hooks/1"],
    ...args,
  });
  return { orchestrator, alertmanager };
}

test("two members in two zones, each told of both, and no port outside", async () => {
  const { orchestrator, alertmanager } = make();
  const { spec, parent } = only(orchestrator.statefulSets);
  expect(parent).toBe(alertmanager);
  expect(spec.members).toEqual([
    { name: "alertmanager-1", zone: "a" },
    { name: "alertmanager-2", zone: "b" },
  ]);
  expect(spec.environment).toEqual({ PEERS: "alertmanager-1:9094 alertmanager-2:9094" });
  expect([spec.ports, spec.volumePath, spec.user]).toEqual([undefined, undefined, undefined]);
  expect(alertmanager.addresses).toEqual(["alertmanager-1:9093", "alertmanager-2:9093"]);
  expect(await promiseOf(alertmanager.ready)).toHaveLength(2);
});

test("one member without peers, where there is one zone or none", () => {
  for (const [zones, member] of [
    [["a"], { name: "alertmanager-1", zone: "a" }],
    [[], { name: "alertmanager-1" }],
  ] as const) {
    const { spec } = only(make({}, [...zones]).orchestrator.statefulSets);
    expect(spec.members).toEqual([member]);
    expect(spec.environment).toEqual({ PEERS: "" });
  }
});

test("its configuration is a secret that sends each alert to every webhook", async () => {
  const webhooks = [pulumi.secret("https://chat.example/hooks/1"), "http://pager:8080/"];
  const { orchestrator } = make({ webhooks });
  const { spec } = only(orchestrator.secrets);
  const content = pulumi.output(spec.content);
  expect(await pulumi.isSecret(content)).toBe(true);
  const { route, receivers } = parse(await promiseOf(content));
  expect(receivers).toEqual([
    {
      name: route.receiver,
      webhook_configs: [
        { url: "https://chat.example/hooks/1", send_resolved: true },
        { url: "http://pager:8080/", send_resolved: true },
      ],
    },
  ]);
  const mounts = only(orchestrator.statefulSets).spec.secrets ?? [];
  expect(mounts.map(({ path }) => path)).toEqual(["/run/secrets/alertmanager.yml"]);
});

test.each<[string, string[], object]>([
  ["no webhook", [], { propertyPath: "webhooks", reason: "is empty: give at least one URL" }],
  [
    "what is none",
    ["https://chat.example", "chat.example/TOKEN"],
    {
      propertyPath: "webhooks[1]",
      reason: "is no URL: give one that begins with http:// or https://",
    },
  ],
])("%s is refused", (_, webhooks, refusal) => {
  expect(refusalOf(() => make({ webhooks }))).toEqual(refusal);
});
