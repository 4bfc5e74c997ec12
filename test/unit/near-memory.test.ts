import { NearMemory } from "../../services/shared/near-memory.ts";

const LONG = 60_000;

function memory(options: { milliseconds?: number; capacity?: number } = {}) {
  const near = new NearMemory<string>({
    milliseconds: LONG,
    capacity: 100,
    weigh: ({ length }) => length,
    ...options,
  });
  const loads: string[] = [];
  const read = (key: string, value = key) =>
    near.remember(key, async () => {
      loads.push(key);
      return value;
    });
  return { near, loads, read };
}

test("who asks at the same time waits for one load, who comes later needs none", async () => {
  const { loads, read } = memory();
  expect(await Promise.all([read("a"), read("a"), read("b")])).toEqual(["a", "a", "b"]);
  expect(read("a")).toBe("a");
  expect(loads).toEqual(["a", "b"]);
});

test("what is too old is loaded again", async () => {
  const { loads, read } = memory({ milliseconds: 0 });
  await read("a");
  await read("a");
  expect(loads).toEqual(["a", "a"]);
});

test("a load that fails fails for all who wait, and is tried anew", async () => {
  const { near, read } = memory();
  const fail = () => near.remember("a", () => Promise.reject(new Error("broken")));
  const outcomes = await Promise.allSettled([fail(), read("a")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await read("a")).toBe("a");
});

test("what was forgotten while it was loaded is not kept, nor are later ones disturbed", async () => {
  const { near, loads, read } = memory();
  const flights: boolean[] = [];
  let finish = (_value: string) => {};
  const old = near.remember("a", async (flight) => {
    const value = await new Promise<string>((resolve) => {
      finish = resolve;
    });
    flights.push(flight.forgotten);
    return value;
  });
  near.forget("a");
  const fresh = read("a", "new");
  finish("old");
  expect(await Promise.all([old, fresh])).toEqual(["old", "new"]);
  expect([flights, loads, read("a")]).toEqual([[true], ["a"], "new"]);
});

test("no more is kept than there is room for; the oldest goes first", async () => {
  const { loads, read } = memory({ capacity: 10 });
  for (const key of ["aaaa", "bbbb", "cccc"]) await read(key);
  expect([read("bbbb"), read("cccc")]).toEqual(["bbbb", "cccc"]);
  await read("aaaa");
  await read("x".repeat(11));
  await read("x".repeat(11));
  expect(loads).toEqual(["aaaa", "bbbb", "cccc", "aaaa", "x".repeat(11), "x".repeat(11)]);
});
