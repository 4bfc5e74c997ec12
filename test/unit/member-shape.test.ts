import { memberShape } from "../../components/orchestrator/swarm/member-shape.ts";

const shape = (zone: string | undefined, volumePath: string | undefined) =>
  memberShape("ha-store-dev", "db", { name: "db-2", zone }, volumePath);

// Two tasks on one volume, or under one name, are two primaries.
test("one task at a time, and the old one goes first", () => {
  expect(shape("zone-2", "/data")).toMatchObject({
    mode: { replicated: { replicas: 1 } },
    order: "stop-first",
  });
});

test("a volume of the member's own, which tells the stack and the set that it belongs to", () => {
  expect(shape("zone-2", "/data").volumes).toEqual([
    {
      type: "volume",
      source: "ha-store-dev-db-2",
      target: "/data",
      volumeOptions: {
        labels: [
          { label: "ha-store.stack", value: "ha-store-dev" },
          { label: "ha-store.stateful-set", value: "db" },
        ],
      },
    },
  ]);
});

test("without a path there is no volume", () => {
  expect(shape("zone-2", undefined).volumes).toEqual([]);
});

describe("where it may stand", () => {
  test.each([
    ["in its zone, with its volume", "zone-2", "/data", ["node.labels.zone==zone-2"]],
    ["in its zone, without one", "zone-2", undefined, ["node.labels.zone==zone-2"]],
    // `up` refuses several nodes without zones, so the manager is the only one.
    ["on the manager, with a volume and no zone", undefined, "/data", ["node.role==manager"]],
    ["anywhere, without either", undefined, undefined, []],
  ])("%s", (_, zone, volumePath, constraints) => {
    expect(shape(zone, volumePath).constraints).toEqual(constraints);
  });
});
