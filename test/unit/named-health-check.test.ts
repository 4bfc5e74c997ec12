import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namedHealthCheck } from "../../components/orchestrator/swarm/named-health-check.ts";

/** Every case has a mark of its own, in a folder as `/tmp` is in the container. */
const folder = mkdtempSync("/tmp/named-health-check-");
const mark = join(folder, "healthy-since");

afterEach(() => rmSync(mark, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test("its own check succeeds, and no mark can be made: healthy, with or without a name", () => {
  const check = namedHealthCheck({ command: ["true"] }, "no.such.host.").command;
  const [program = "", ...args] = check.map((word) => word.replace("/tmp/", "/no/such/folder/"));
  expect(spawnSync(program, args).status).toBe(0);
});

function exitCode(name: string, ...command: string[]): number | null {
  const check = namedHealthCheck({ command }, name).command;
  const [program = "", ...args] = check.map((word) => word.replace("/tmp/healthy-since", mark));
  return spawnSync(program, args).status;
}

function markedBefore(minutes: number): void {
  writeFileSync(mark, "");
  const then = Date.now() / 1000 - minutes * 60;
  utimesSync(mark, then, then);
}

test.each([
  ["fails: unhealthy, with or without a name", "localhost", "false", undefined, 1],
  [
    "succeeds for the first time: healthy, for only then it gets its name",
    "no.such.host.",
    "true",
    undefined,
    0,
  ],
  ["has succeeded a moment ago: healthy still without a name", "no.such.host.", "true", 1, 0],
  ["has succeeded long ago, and nobody can find it: unhealthy", "no.such.host.", "true", 10, 1],
  ["has succeeded long ago and has its name: healthy", "localhost", "true", 10, 0],
])("its own check %s", (_what, name, command, minutes, expected) => {
  if (minutes !== undefined) markedBefore(minutes);
  expect(exitCode(name, command)).toBe(expected);
});
