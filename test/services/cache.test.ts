import { monitorEventLoopDelay } from "node:perf_hooks";
import pino from "pino";
import { Cache } from "../../services/shared/cache.ts";
import {
  type CacheCluster,
  type CacheProcess,
  OTHER_PASSWORD,
  startCacheCluster,
} from "../support/cache.ts";
import { until } from "../support/until.ts";

/** No reader may notice more than this, whatever happens to the cache. */
const NOTICEABLE_MS = 300;
/** Two seconds until a member counts as lost, then the election and the promotion. */
const FAILOVER_SECONDS = 20;

let cluster: CacheCluster;
let cache: Cache;
let readers: Readers;

beforeAll(async () => {
  cluster = await startCacheCluster(3);
  cache = new Cache(cluster.settings, silent);
  await until("the cache to keep something", stores);
});

afterAll(async () => {
  cache?.close();
  await cluster?.stop();
});

beforeEach(async () => {
  // A test that failed may have left some of them down.
  for (const one of [...cluster.members, ...cluster.sentinels]) one.restart();
  await until("three members to be in step", inStep, FAILOVER_SECONDS);
  await until("the cache to keep something", stores);
  readers = startReaders();
});

afterEach(async () => {
  await readers.stop();
  expect(readers.failures).toEqual([]);
  expect(readers.reads).toBeGreaterThan(0);
  const unavoidable = 3 * readers.stallMilliseconds();
  expect(readers.slowestMilliseconds).toBeLessThan(NOTICEABLE_MS + unavoidable);
});

const silent = pino({ level: "silent" });
let written = 0;

async function stores(): Promise<boolean> {
  written += 1;
  await cache.set("probe", String(written), 60);
  return (await cache.get("probe")) === String(written);
}

/** Stores something, until every member has it. */
async function keep(): Promise<string> {
  written += 1;
  const kept = `value ${written}`;
  await until("every member to have it", async () => {
    await cache.set("kept", kept, 60);
    return (await cluster.contents("kept")).every((value) => value === kept);
  });
  return kept;
}

async function inStep(): Promise<boolean> {
  const roles = await Promise.all(cluster.members.map(cluster.role));
  const [first, ...others] = await cluster.named();
  const agreed = first !== undefined && others.every((it) => it === first);
  return agreed && (await cluster.acquainted()) && roles.sort().join() === "master,slave,slave";
}

interface Readers {
  reads: number;
  slowestMilliseconds: number;
  /** The longest that this process itself stood still: a busy machine is not the cache's fault. */
  stallMilliseconds: () => number;
  failures: unknown[];
  stop: () => Promise<void>;
}

/** What a service does all the time: read through the cache. */
function startReaders(): Readers {
  let running = true;
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  const state: Readers = {
    reads: 0,
    slowestMilliseconds: 0,
    stallMilliseconds: () => stalls.max / 1e6,
    failures: [],
    stop: async () => {},
  };
  const read = async () => {
    while (running) {
      const started = performance.now();
      const key = `product:${state.reads % 50}`;
      const value = await cache.get(key).catch(noteFailure);
      if (value === undefined) void cache.set(key, key, 1).catch(noteFailure);
      else if (value !== key) noteFailure(new Error(`${key}: ${value}`));
      state.reads += 1;
      state.slowestMilliseconds = Math.max(state.slowestMilliseconds, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const noteFailure = (error: unknown): undefined => {
    state.failures.push(error);
  };
  const loops = [1, 2, 3, 4].map(read);
  state.stop = async () => {
    running = false;
    await Promise.all(loops);
    stalls.disable();
  };
  return state;
}

/** How long until another member than this one keeps what is written. */
async function failover(from: CacheProcess): Promise<void> {
  const started = performance.now();
  await until(
    "another primary",
    async () => {
      const named = (await cluster.named()).filter((it) => it !== undefined);
      return named.length >= 2 && named.every((it) => it === named[0] && it !== from.address);
    },
    FAILOVER_SECONDS,
  );
  await until("the cache to keep something", stores, FAILOVER_SECONDS);
  console.info(`writes again after ${((performance.now() - started) / 1_000).toFixed(1)} s`);
}

test("while the password is rotated, members and Sentinels accept both, and no third", async () => {
  const signIn = async (password: string) => {
    const user = { username: "client", password };
    const client = new Cache({ ...cluster.settings, member: user, sentinel: user }, silent);
    try {
      const seen = async () => {
        await client.set("rotated", password, 60);
        return (await cache.get("rotated")) === password;
      };
      return await until("a client to be let in", seen, 5).then(
        () => true,
        () => false,
      );
    } finally {
      client.close();
    }
  };
  expect(await signIn(cluster.settings.member.password)).toBe(true);
  expect(await signIn(OTHER_PASSWORD)).toBe(true);
  expect(await signIn("third-word")).toBe(false);
});

test("the primary is killed: another takes over, and the killed one follows it", async () => {
  const primary = await cluster.primary();
  const kept = await keep();
  await primary.kill();
  await failover(primary);
  await until("what was kept to be read", async () => (await cache.get("kept")) === kept);
  primary.restart();
  await until("it to follow", async () => (await cluster.role(primary)) === "slave");
});

test("the primary comes back empty at once: the others take over with what they have", async () => {
  const primary = await cluster.primary();
  const kept = await keep();
  await primary.kill();
  primary.restart();
  await failover(primary);
  await until("what was kept to be read", async () => (await cache.get("kept")) === kept);
  await until("it to follow", async () => (await cluster.role(primary)) === "slave");
});

test("the primary is asked to stop: it hands over first, and what was cached stays", async () => {
  const primary = await cluster.primary();
  const kept = await keep();
  const started = performance.now();
  await primary.retire();
  expect(performance.now() - started).toBeLessThan(5_000);
  await failover(primary);
  await until("what was kept to be read", async () => (await cache.get("kept")) === kept);
  primary.restart();
});

test("the primary freezes: another takes over, and the thawed one follows it", async () => {
  const primary = await cluster.primary();
  await primary.freeze(true);
  await failover(primary).finally(() => primary.freeze(false));
  await until("it to follow", async () => (await cluster.role(primary)) === "slave", 30);
});

test("a Sentinel that was away during a failover names the new primary", async () => {
  const [sentinel] = cluster.sentinels;
  const primary = await cluster.primary();
  await sentinel?.kill();
  await primary.kill();
  await failover(primary);
  primary.restart();
  sentinel?.restart();
  await until("all to agree", inStep, FAILOVER_SECONDS);
  expect(await cluster.primary()).not.toBe(primary);
});

test("all Sentinels restart without a memory: they find the primary that acts", async () => {
  const primary = await cluster.primary();
  await Promise.all(cluster.sentinels.map((it) => it.kill()));
  for (const sentinel of cluster.sentinels) sentinel.restart();
  await until("all to agree", inStep, FAILOVER_SECONDS);
  expect(await cluster.primary()).toBe(primary);
  await until("the cache to keep something", stores);
});

test("all members and Sentinels are lost: reads go on, and the cache comes back by itself", async () => {
  const everyone = [...cluster.members, ...cluster.sentinels];
  await Promise.all(everyone.map((it) => it.kill()));
  const before = readers.reads;
  await until("reads to go on", () => readers.reads > before + 100);
  for (const one of everyone) one.restart();
  await until("all to agree", inStep, FAILOVER_SECONDS);
  await until("the cache to keep something", stores, FAILOVER_SECONDS);
});
