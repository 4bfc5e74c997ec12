import * as fc from "fast-check";
import { Decider } from "../../services/autoscaler/decider.ts";
import { proposedForAll, proposedReplicas } from "../../services/autoscaler/proposal.ts";

const target = 100;
const evenly = (total: number, replicas: number) =>
  Array.from({ length: replicas }, () => total / replicas);

describe("how many replicas a load asks for", () => {
  test.each<[string, number, number[], number]>([
    ["twice the target", 2, [200, 200], 4],
    ["a bit more than one more can take", 2, [151, 151], 4],
    ["half of it", 4, [50, 50, 50, 50], 2],
    ["uneven, and too much together", 2, [10, 290], 3],
    ["nothing at all", 3, [0, 0, 0], 0],
    ["within the tolerance above", 3, [109, 109, 109], 3],
    ["within the tolerance below", 3, [91, 91, 91], 3],
  ])("%s", (_, replicas, values, wanted) => {
    expect(proposedReplicas(replicas, { values, target })).toBe(wanted);
  });

  test("nobody tells: nobody knows", () => {
    expect(proposedReplicas(3, { values: [], target })).toBeUndefined();
    expect(proposedForAll(3, [])).toBeUndefined();
  });

  test.each<[string, number, number[], number]>([
    ["too few: the silent ones are taken for idle", 4, [300, 300], 6],
    ["too few, but those that start will do", 4, [200, 200], 4],
    ["too many: the silent ones are taken for busy", 4, [20, 20], 3],
    ["too many, but not if the silent ones are busy", 2, [85], 2],
  ])("some don't tell, and there are %s", (_, replicas, values, wanted) => {
    expect(proposedReplicas(replicas, { values, target })).toBe(wanted);
  });

  test("of two loads the one that asks for more counts, and one unknown is left out", () => {
    const cores = { values: [0.2, 0.2], target: 0.5 };
    const requests = { values: [300, 300], target };
    expect(proposedForAll(2, [cores, requests])).toBe(6);
    expect(proposedForAll(2, [cores, { values: [], target }])).toBe(1);
  });

  const silence = fc.record({
    replicas: fc.integer({ min: 1, max: 50 }),
    told: fc.integer({ min: 1, max: 50 }),
    average: fc.double({ min: 0, max: 1_000, noNaN: true }),
  });

  test("what is not known never makes a change greater", () => {
    fc.assert(
      fc.property(silence, ({ replicas, told, average }) => {
        const speaking = Math.min(told, replicas);
        const some = proposedReplicas(replicas, {
          values: evenly(average * speaking, speaking),
          target,
        });
        const all = proposedReplicas(replicas, {
          values: evenly(average * replicas, replicas),
          target,
        });
        const change = (proposed = replicas) => Math.abs(proposed - replicas);
        expect(change(some)).toBeLessThanOrEqual(change(all));
      }),
    );
  });
});

describe("what is decided", () => {
  const autoscaling = { minReplicas: 2, maxReplicas: 10, metricsPort: 8080 };
  const second = 1_000;

  test("more at once, fewer after the window in which more were never needed", () => {
    const decider = new Decider(2, 0);
    expect(decider.decide(2, 6, autoscaling, 15 * second)).toBe(6);
    expect(decider.decide(6, 3, autoscaling, 30 * second)).toBe(6);
    expect(decider.decide(6, 4, autoscaling, 200 * second)).toBe(6);
    expect(decider.decide(6, 3, autoscaling, 314 * second)).toBe(6);
    expect(decider.decide(6, 3, autoscaling, 316 * second)).toBe(4);
    expect(decider.decide(4, 3, autoscaling, 501 * second)).toBe(3);
  });

  test("after its own start it takes nothing away before it has looked for a window", () => {
    const decider = new Decider(8, 0);
    expect(decider.decide(8, 2, autoscaling, second)).toBe(8);
    expect(decider.decide(8, 2, autoscaling, 299 * second)).toBe(8);
    expect(decider.decide(8, 2, autoscaling, 300 * second)).toBe(2);
  });

  test("the window can be none", () => {
    const decider = new Decider(8, 0);
    const now = { ...autoscaling, stabilizationWindowSeconds: 0 };
    expect(decider.decide(8, 3, now, second)).toBe(3);
  });

  test("without figures nothing changes, and a lull that nobody saw is none", () => {
    const decider = new Decider(5, 0);
    expect(decider.decide(5, undefined, autoscaling, 400 * second)).toBe(5);
    expect(decider.decide(5, 2, autoscaling, 401 * second)).toBe(5);
  });

  test("new bounds hold at once, whatever the load and the window say", () => {
    const decider = new Decider(5, 0);
    expect(decider.decide(5, 5, { ...autoscaling, maxReplicas: 3 }, second)).toBe(3);
    expect(decider.decide(5, undefined, { ...autoscaling, minReplicas: 7 }, second)).toBe(7);
  });

  const bounds = fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }))
    .map(([minReplicas, more]) => ({
      minReplicas,
      maxReplicas: minReplicas + more,
      metricsPort: 8080,
      stabilizationWindowSeconds: 60,
    }));
  /** Requests a second of all replicas together, at each look. */
  const load = fc.double({ min: 0, max: 5_000, noNaN: true });

  /** Plays looks, 15 s apart, on a service that always has what was decided. */
  function play(loads: number[], spec: typeof autoscaling, first: number): number[] {
    const decider = new Decider(first, 0);
    let replicas = first;
    return loads.map((total, look) => {
      const proposed = proposedReplicas(replicas, { values: evenly(total, replicas), target });
      replicas = decider.decide(replicas, proposed, spec, look * 15 * second);
      return replicas;
    });
  }

  test("it is always within the bounds", () => {
    const start = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.array(load, { minLength: 1 }), bounds, start, (loads, spec, first) => {
        for (const replicas of play(loads, spec, first)) {
          expect(replicas).toBeGreaterThanOrEqual(spec.minReplicas);
          expect(replicas).toBeLessThanOrEqual(spec.maxReplicas);
        }
      }),
    );
  });

  test("a load that stays the same is answered once up, once down, and then never again", () => {
    fc.assert(
      fc.property(load, bounds, fc.integer({ min: 1, max: 60 }), (total, spec, first) => {
        const decided = play(Array(40).fill(total), spec, first);
        const changes = decided.filter((replicas, at) => at > 0 && replicas !== decided[at - 1]);
        expect(changes.length).toBeLessThanOrEqual(1);
        expect(new Set(decided.slice(20)).size).toBe(1);
      }),
    );
  });

  test("no replica gets more than its target, once the load stays and the bounds allow it", () => {
    fc.assert(
      fc.property(load, bounds, (total, spec) => {
        const last = play(Array(40).fill(total), spec, spec.minReplicas).at(-1) ?? 0;
        fc.pre(last < spec.maxReplicas);
        expect(total / last).toBeLessThanOrEqual(target * 1.1 + 1e-6);
      }),
    );
  });
});
