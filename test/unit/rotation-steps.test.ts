import type { Operation } from "../../cli/pulumi-cli.ts";
import { deployedVersions } from "../../cli/rotate/deployed.ts";
import { type RotationState, rotationSteps } from "../../cli/rotate/steps.ts";
import { rotatedSecrets } from "../../components/store/rotated-secrets.ts";

const state = (changes: Partial<RotationState>): RotationState => ({
  secret: "databases",
  listed: ["1"],
  deployed: changes.listed ?? ["1"],
  retire: false,
  ...changes,
});
const steps = (changes: Partial<RotationState>) =>
  rotationSteps(state(changes)).map(({ versions }) => versions.join(" "));

describe("what is left to be done", () => {
  test.each<[string, Partial<RotationState>, string[]]>([
    ["nothing was begun", {}, ["1 2", "2 1", "2"]],
    ["a later rotation", { listed: ["9"] }, ["9 10", "10 9", "10"]],
    [
      "interrupted as both became accepted",
      { listed: ["1", "2"], deployed: ["1"] },
      ["1 2", "2 1", "2"],
    ],
    ["interrupted after that", { listed: ["1", "2"] }, ["2 1", "2"]],
    ["interrupted in its use", { listed: ["2", "1"], deployed: ["1", "2"] }, ["2 1", "2"]],
    ["interrupted after that", { listed: ["2", "1"] }, ["2"]],
    ["interrupted at the end", { listed: ["2"], deployed: ["2", "1"] }, ["2"]],
    ["over: the next one begins", { listed: ["2"] }, ["2 3", "3 2", "3"]],
    ["by number, not by text", { listed: ["9", "10"] }, ["10 9", "10"]],
  ])("%s: %j", (_, changes, wanted) => {
    expect(steps(changes)).toEqual(wanted);
  });

  test.each(rotatedSecrets)(
    "%s: interrupted wherever, it ends with one version, and once",
    (secret) => {
      let left = rotationSteps(state({ secret, retire: false }));
      let [listed, deployed] = [["1"], ["1"]];
      // Each step is written and brought up, but the command ends after it, or just before it is up.
      for (let round = 0; left.length > 0 && round < 20; round += 1) {
        listed = left[0]?.versions ?? [];
        if (round % 2 === 1) deployed = listed;
        const done = listed.length === 1 && deployed === listed;
        left = done ? [] : rotationSteps(state({ secret, listed, deployed }));
      }
      expect(listed).toEqual(secret === "sessions" ? ["2", "1"] : ["2"]);
    },
  );

  test.each([
    { listed: ["2"], deployed: ["1"] },
    { listed: ["2", "1"], deployed: ["1"] },
    { listed: ["2"], deployed: ["1", "2"] },
    { listed: ["1"], deployed: ["2", "1"] },
    { listed: ["5", "4"], deployed: ["1"] },
  ])("a step that was left out by hand would fail requests: %j", ({ listed, deployed }) => {
    const [from, to] = [JSON.stringify(deployed), JSON.stringify(listed)];
    expect(() => steps({ listed, deployed })).toThrow(
      `secretVersions has ${to} for databases, but ${from} is what is up`,
    );
  });

  test("a certificate is replaced at once", () => {
    expect(steps({ secret: "certificate" })).toEqual(["2"]);
    expect(steps({ secret: "certificate", listed: ["2"], deployed: ["1"] })).toEqual(["2"]);
  });

  test("each says what it does", () => {
    expect(rotationSteps(state({})).map(({ does }) => does)).toEqual([
      "version 2 is accepted beside 1",
      "version 2 is used, 1 still accepted",
      "version 2 is the only one",
    ]);
  });
});

describe("sessions", () => {
  const sessions = (changes: Partial<RotationState>) => steps({ secret: "sessions", ...changes });

  test("the old key stays until that is asked for", () => {
    expect(sessions({})).toEqual(["1 2", "2 1"]);
    expect(sessions({ listed: ["2", "1"] })).toEqual([]);
    expect(sessions({ listed: ["2", "1"], retire: true })).toEqual(["2"]);
    expect(sessions({ listed: ["2"], deployed: ["2", "1"] })).toEqual(["2"]);
    expect(sessions({ listed: ["2"], deployed: ["2", "1"], retire: true })).toEqual(["2"]);
  });

  test.each<[string, Partial<RotationState>]>([
    ["there is none", { listed: ["1"] }],
    ["the new one is not used yet", { listed: ["1", "2"] }],
    ["the new one is not used everywhere", { listed: ["2", "1"], deployed: ["1", "2"] }],
  ])("an old key can't be retired when %s", (_, changes) => {
    expect(() => sessions({ ...changes, retire: true })).toThrow(/no old key .* without --retire/);
  });

  test("nothing else is retired", () => {
    expect(() => steps({ retire: true })).toThrow(
      "--retire is for sessions: the old version of databases goes without it",
    );
  });
});

describe("what was brought up last", () => {
  const update = (value: string | undefined, result = "succeeded", kind = "update"): Operation => ({
    kind,
    result,
    config: value === undefined ? {} : { "ha-store:secretVersions": { value } },
  });
  const deployed = (...history: Operation[]) => deployedVersions(history, "token");

  test("is what the last update that succeeded was told", () => {
    const now = update('{"token":["2","1"]}');
    expect(deployed(now, update('{"token":["1","2"]}'))).toEqual(["2", "1"]);
    expect(deployed(update('{"token":["2"]}', "failed"), now)).toEqual(["2", "1"]);
    expect(deployed(update("{}", "in-progress"), now)).toEqual(["2", "1"]);
    expect(deployed(update("{}", "succeeded", "refresh"), now)).toEqual(["2", "1"]);
    expect(deployed(update('{"token":[2]}'))).toEqual(["2"]);
  });

  test("is the first version where nothing was said", () => {
    expect(deployed(update(undefined))).toEqual(["1"]);
    expect(deployed(update("{}"))).toEqual(["1"]);
    expect(deployed(update('{"cache":["3"]}'))).toEqual(["1"]);
  });

  test("is nothing where the stack is not up", () => {
    expect(deployed()).toBeUndefined();
    expect(deployed(update("{}", "succeeded", "destroy"), update("{}"))).toBeUndefined();
    expect(deployed(update("{}", "failed"))).toBeUndefined();
  });
});
