import * as fc from "fast-check";
import { planMoves } from "../../services/shared/shard-plan.ts";
import { share } from "../../services/shared/shard-start.ts";

const names = ["shard-1", "shard-2", "shard-3", "shard-4"];

/** Some deal of all buckets over the shards. */
const deals = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 64, maxLength: 64 })
  .map((owners) => {
    const owned = new Map<string, number[]>();
    owners.forEach((owner, bucket) => {
      const name = names[owner] ?? "";
      owned.set(name, [...(owned.get(name) ?? []), bucket]);
    });
    return owned;
  });

function afterMoves(owned: ReadonlyMap<string, number[]>, staying: string[]): Map<string, number> {
  const counts = new Map([...owned].map(([name, buckets]) => [name, buckets.length]));
  for (const { bucket, from, to } of planMoves(owned, staying)) {
    expect(owned.get(from)).toContain(bucket);
    counts.set(from, (counts.get(from) ?? 0) - 1);
    counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  return counts;
}

test("afterwards all who stay own equally many, give or take one, and the others none", () => {
  fc.assert(
    fc.property(deals, fc.subarray(names, { minLength: 1 }), (owned, staying) => {
      const counts = afterMoves(owned, staying);
      const kept = staying.map((name) => counts.get(name) ?? 0);
      expect(Math.max(...kept) - Math.min(...kept)).toBeLessThanOrEqual(1);
      expect(kept.reduce((sum, count) => sum + count, 0)).toBe(64);
    }),
  );
});

test("no bucket moves twice or without need", () => {
  fc.assert(
    fc.property(deals, (owned) => {
      const moves = planMoves(owned, names);
      expect(new Set(moves.map(({ bucket }) => bucket)).size).toBe(moves.length);
      const surplus = names.reduce(
        (sum, name) => sum + Math.max(0, (owned.get(name)?.length ?? 0) - 16),
        0,
      );
      expect(moves).toHaveLength(surplus);
      expect(moves.filter(({ from, to }) => from === to)).toEqual([]);
    }),
  );
});

test("a third shard gets a third, and a second run has nothing to do", () => {
  const owned = new Map(
    ["shard-1", "shard-2"].map((name) => [name, share(name, ["shard-1", "shard-2"])]),
  );
  const three = ["shard-1", "shard-2", "shard-3"];
  const moves = planMoves(owned, three);
  expect(moves).toHaveLength(341);
  expect(new Set(moves.map(({ to }) => to))).toEqual(new Set(["shard-3"]));
  const moved = new Map(three.map((name) => [name, share(name, three)]));
  expect(planMoves(moved, three)).toEqual([]);
});

test("shares cover every bucket once, and a shard that came later has none", () => {
  for (let count = 1; count <= 7; count += 1) {
    const dealt = Array.from({ length: count }, (_, index) => `shard-${index + 1}`);
    const all = dealt.flatMap((name) => share(name, dealt));
    expect(all).toEqual(Array.from({ length: 1_024 }, (_, bucket) => bucket));
    expect(share("later", dealt)).toEqual([]);
  }
});
