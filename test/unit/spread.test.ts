import { misplaced, type SpreadWorkload, spreadAgain } from "../../cli/platform/spread.ts";

const zones = ["a", "b", "c"];

describe("replicas to move", () => {
  test.each<[places: string[], domains: string[], count: number]>([
    [["a", "b", "c"], zones, 0],
    [["a", "a", "b"], zones, 1],
    [["a", "a", "a"], zones, 2],
    [["a", "a", "b", "b"], zones, 1],
    [["a", "a", "b", "c"], zones, 0],
    [["a", "b"], zones, 0],
    [["a", "a"], zones, 1],
    [["a", "a", "a", "b", "c"], zones, 1],
    [["a", "a", "b"], ["a", "b"], 0],
    [["a", "a", "node n3"], ["a", "b"], 1],
    [["a", "a"], [], 0],
  ])("of those in %p of the domains %p: %p", (places, domains, count) => {
    expect(misplaced(domains, places)).toBe(count);
  });
});

/** An orchestrator that adds a replica where there are fewest and takes one where there are most. */
function workload(places: string[]): SpreadWorkload & { asked: number[]; now: string[] } {
  const count = (zone: string) => model.now.filter((place) => place === zone).length;
  const byCount = () => zones.toSorted((one, other) => count(one) - count(other));
  const model = {
    name: "catalog",
    replicas: places.length,
    domains: zones,
    now: [...places],
    asked: [] as number[],
    places: async (replicas: number) => (model.now.length === replicas ? model.now : undefined),
    added: (count: number) => count,
    scale: async (replicas: number) => {
      model.asked.push(replicas);
      while (model.now.length < replicas) model.now.push(byCount()[0] ?? "");
      while (model.now.length > replicas)
        model.now.splice(model.now.indexOf(byCount()[2] ?? ""), 1);
    },
  };
  return model;
}

test("replicas that are spread stay as they are", async () => {
  const spread = workload(["a", "b", "c"]);
  const moved: string[] = [];
  await spreadAgain([spread], (line) => moved.push(line));
  expect(spread.asked).toEqual([]);
  expect(moved).toEqual([]);
});

test("as many are added as are lacking, and then taken", async () => {
  const heaped = workload(["a", "a", "a"]);
  const moved: string[] = [];
  await spreadAgain([heaped], (line) => moved.push(line));
  expect(heaped.asked).toEqual([5, 3]);
  expect(heaped.now.toSorted()).toEqual(zones);
  expect(moved).toEqual([expect.stringContaining("the replicas of catalog over")]);
});

test("an orchestrator that chooses otherwise is asked again, but not for ever", async () => {
  const stubborn = workload(["a", "a", "b"]);
  stubborn.scale = async (replicas) => {
    stubborn.asked.push(replicas);
    stubborn.now = ["a", "a", "b", "b"].slice(0, replicas);
  };
  const said: string[] = [];
  await spreadAgain([stubborn], (line) => said.push(line));
  expect(said.at(-1)).toContain("the replicas of catalog stay in a, a, b");
  expect(stubborn.asked).toEqual([4, 3, 4, 3, 4, 3]);
});

test("a workload gets its number back when more can't be started", async () => {
  const full = workload(["a", "a", "b"]);
  const { places } = full;
  full.places = async (replicas) => {
    if (replicas > 3) throw new Error("no manager answers");
    return places(replicas);
  };
  await expect(spreadAgain([full], () => {})).rejects.toThrow("no manager answers");
  expect(full.asked).toEqual([4, 3]);
});
