import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  healthWatch,
  longestWatch,
  watchRetries,
} from "../../components/orchestrator/swarm/health-watch.ts";

/** Stands for the container's own folder in memory, and for what the checks remember. */
const folder = mkdtempSync("/tmp/health-watch-");
const mark = join(folder, "was-healthy");
const counter = join(folder, "counter");

afterEach(() => {
  for (const file of [mark, counter]) rmSync(file, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Short enough to wait for. */
const watchSeconds = 6;

interface Watch {
  exitCode: number | null;
  seconds: number;
  /** How often the check was run. */
  looks: number;
}

/** Runs a watch whose check is a line of shell; it finds its own number in `$n`. */
function watch(line: string, { name = "", timeoutSeconds = 1, retries = 2 } = {}): Watch {
  const counting = `n=$(cat ${counter} 2>/dev/null || echo 0); n=$((n + 1)); echo $n >${counter}; `;
  const command = ["sh", "-c", counting + line];
  const check = { command, intervalSeconds: 1, timeoutSeconds, retries };
  const words = healthWatch(check, name, watchSeconds);
  const [program = "", ...args] = words.map((word) => word.replace("/dev/shm/was-healthy", mark));
  const started = performance.now();
  const { status } = spawnSync(program, args);
  const seconds = (performance.now() - started) / 1000;
  const counted = spawnSync("cat", [counter], { encoding: "utf8" }).stdout;
  return { exitCode: status, seconds, looks: Number(counted) };
}

test("before the first success it looks twice in each interval, and tells it at once", () => {
  const { exitCode, looks } = watch("[ $n -ge 2 ]");
  expect([exitCode, looks]).toEqual([0, 2]);
  expect(existsSync(mark)).toBe(true);
});

test("without a success it gives up after an interval, and there is no mark", () => {
  const { exitCode, looks } = watch("false");
  expect([exitCode, looks]).toEqual([1, 2]);
  expect(existsSync(mark)).toBe(false);
});

test("after that it goes on looking, and ends with the first failure", () => {
  writeFileSync(mark, "");
  const { exitCode, looks, seconds } = watch("[ $n -le 3 ]");
  expect([exitCode, looks]).toEqual([1, 4]);
  // An interval after each look, also after the failure: so many in a row are so many intervals.
  expect(seconds).toBeGreaterThan(4);
});

test("half of the retries are its own: as many failures in a row end it, fewer don't", () => {
  writeFileSync(mark, "");
  expect(watch("[ $n -ne 2 ] && [ $n -ne 3 ] && [ $n -lt 5 ]", { retries: 5 })).toMatchObject({
    exitCode: 1,
    looks: 7,
  });
  expect(watchRetries({ command: [] })).toBe(2);
  expect(watchRetries({ command: [], retries: 1 })).toBe(1);
}, 30_000);

test("as long as all is well it ends well, in the time that the engine gives it", () => {
  writeFileSync(mark, "");
  const { exitCode, looks, seconds } = watch("true");
  expect(exitCode).toBe(0);
  expect(looks).toBeGreaterThan(2);
  expect(seconds).toBeGreaterThan(watchSeconds - 1);
  const check = { command: [], intervalSeconds: 1, timeoutSeconds: 1 };
  expect(seconds).toBeLessThan(longestWatch(check, watchSeconds));
}, 30_000);

test("a check that does not end is a failure", () => {
  writeFileSync(mark, "");
  const { exitCode, seconds } = watch("sleep 30");
  expect(exitCode).toBe(1);
  expect(seconds).toBeLessThan(10);
});

test("a member that has its name is healthy, and one that nobody finds is not", () => {
  const name = "no.such.host.";
  // Only with the first success it gets its name.
  expect(watch("true", { name })).toMatchObject({ exitCode: 0, looks: 1 });
  expect(watch("true", { name }).exitCode).toBe(1);
  expect(watch("[ $n -lt 4 ]", { name: "localhost" })).toMatchObject({ exitCode: 1, looks: 4 });
}, 30_000);

test("where no mark can be made it tells what it sees", () => {
  const words = healthWatch({ command: ["true"] });
  const [program = "", ...args] = words.map((word) => word.replace("/dev/shm/", "/no/such/place/"));
  expect(spawnSync(program, args).status).toBe(0);
});
