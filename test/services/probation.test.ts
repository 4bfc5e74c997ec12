import { type Edge, startEdge } from "../support/edge.ts";
import { freePort, type Running, start, stop } from "../support/processes.ts";
import { until } from "../support/until.ts";

let edge: Edge | undefined;
let running: Running[] = [];

afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await Promise.all(running.map((one) => stop(one, "SIGKILL")));
  running = [];
});

/** A replica of a release, without waiting for it. */
async function launch(
  release: string,
  { mistake = "", port = 0 } = {},
): Promise<{ url: string; replica: Running }> {
  port ||= await freePort();
  const replica = start("node", ["test/support/trial-release.ts"], {
    env: {
      PATH: process.env.PATH ?? "",
      PORT: String(port),
      RELEASE: release,
      MISTAKE: mistake,
      DRAIN_SECONDS: "0",
    },
  });
  running.push(replica);
  return { url: `http://127.0.0.1:${port}`, replica };
}

const status = (url: string) =>
  fetch(url).then(
    (answer) => answer.status,
    () => 0,
  );

const proven = (url: string) =>
  until("it to be proven", async () => (await status(`${url}/provenz`)) === 200);

/** Which releases answered; a failure is its status. */
async function answers(method: string, count: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (let request = 0; request < count; request += 1) {
    const answer = await fetch(edge?.origin ?? "", { method });
    found.add(
      answer.ok ? ((await answer.json()) as { release: string }).release : String(answer.status),
    );
  }
  return found;
}

test("a release that fails at each request ends before any customer notices", async () => {
  const old = await launch("old");
  await proven(old.url);
  const port = await freePort();
  edge = await startEdge([old.url, `http://127.0.0.1:${port}`], { provenPath: "/provenz" });
  await until("the balancer to know them", async () => (await answers("POST", 8)).size === 1);
  const bad = await launch("bad", { mistake: "nobody thought of this", port });
  await until("the bad one to end", async () => {
    expect([...(await answers("GET", 5)), ...(await answers("POST", 5))]).toEqual(["old", "old"]);
    return bad.replica.process.exitCode !== null;
  });
  expect(bad.replica.process.exitCode).toBe(1);
  expect(bad.replica.output()).toContain("most of the first answers were errors");
}, 60_000);

test("what can't be repeated goes to a new release when it has proven itself", async () => {
  const old = await launch("old");
  await proven(old.url);
  const port = await freePort();
  edge = await startEdge([old.url, `http://127.0.0.1:${port}`], { provenPath: "/provenz" });
  const good = await launch("new", { port });
  await until("the new one to be ready", async () => (await status(`${good.url}/readyz`)) === 200);
  await until("the new one to get GETs", async () => (await answers("GET", 4)).has("new"));
  expect(await answers("POST", 10)).toEqual(new Set(["old"]));
  expect(await status(`${good.url}/provenz`)).toBe(503);
  await proven(good.url);
  await until("the new one to get POSTs", async () => (await answers("POST", 4)).has("new"));
}, 60_000);

test("where none has proven itself, those that are ready get everything", async () => {
  const first = await launch("first");
  edge = await startEdge([first.url], { provenPath: "/provenz" });
  expect(await status(`${first.url}/provenz`)).toBe(503);
  expect(await answers("POST", 3)).toEqual(new Set(["first"]));
}, 60_000);

test("a mistake that comes later ends nothing", async () => {
  const { url, replica } = await launch("late", { mistake: "somebody else's" });
  await proven(url);
  for (let request = 0; request < 10; request += 1) expect(await status(url)).toBe(500);
  expect(await status(`${url}/readyz`)).toBe(200);
  expect(replica.process.exitCode).toBe(null);
}, 60_000);
