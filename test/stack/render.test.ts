import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { builtProgram } from "../support/built-program.ts";
import { attempt } from "../support/command.ts";
import { root, Workspace } from "../support/workspace.ts";
import type { Manifest } from "./support/manifest.ts";
import { rules } from "./support/manifest-rules.ts";

const workspace = new Workspace();
const output = mkdtempSync(join(tmpdir(), "ha-store-manifests-"));
let folder: string;
let manifests: Manifest[];

beforeAll(async () => {
  folder = await render("first", "--with-secrets");
  manifests = contents(join(folder, "manifests")).map((text) => parse(text));
}, 300_000);

afterAll(() => {
  workspace.remove();
  rmSync(output, { recursive: true });
});

/** Renders the stack that comes along; gives the folder. */
async function render(name: string, ...options: string[]): Promise<string> {
  const to = join(output, name);
  const args = ["--stack", "kubernetes", "--output", to, ...options];
  // Whoever works with a cluster has one in the environment; it is not asked.
  const kubeconfig = { KUBECONFIG: join(output, "of-some-cluster") };
  const { exitCode, all } = await workspace.attemptWith(kubeconfig, "render", ...args);
  if (exitCode !== 0) throw new Error(all);
  return to;
}

function contents(of: string): string[] {
  return readdirSync(of)
    .sort()
    .map((file) => readFileSync(join(of, file), "utf8"));
}

function ofKind(kind: string): string[] {
  return manifests.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
}

test("the whole store: every workload, with no cluster and no registry", () => {
  expect(ofKind("Deployment").sort()).toEqual(
    ["accounts", "catalog", "orders", "products-db", "shard-1", "shard-2", "storefront"].sort(),
  );
  expect(ofKind("DaemonSet")).toEqual(["edge-balancer"]);
  expect(ofKind("StatefulSet")).toEqual(
    expect.arrayContaining(["etcd-3", "products-db-3", "shard-1-1", "cache-2", "backup"]),
  );
});

test("two renderings are the same, though there are new secrets each time", async () => {
  const again = await render("second");
  expect(readdirSync(join(again, "manifests"))).toEqual(readdirSync(join(folder, "manifests")));
  expect(contents(join(again, "manifests"))).toEqual(contents(join(folder, "manifests")));
}, 300_000);

test("no manifest has a secret in it, and secrets are their owner's only", () => {
  expect(ofKind("Secret")).toEqual([]);
  const text = contents(join(folder, "manifests")).join("\n");
  for (const file of readdirSync(join(folder, "secrets"))) {
    const path = join(folder, "secrets", file);
    expect(statSync(path).mode & 0o077).toBe(0);
    const { data } = parse(readFileSync(path, "utf8")) as { data: Record<string, string> };
    for (const value of Object.values(data)) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value, "base64").toString());
    }
  }
});

test("everything that a workload refers to is there", () => {
  const secrets = readdirSync(join(folder, "secrets")).map(
    (file) =>
      (parse(readFileSync(join(folder, "secrets", file), "utf8")) as Manifest).metadata.name,
  );
  const templates = manifests.flatMap(({ spec }) => spec?.template?.spec ?? []);
  const named = (text: string, kind: string) =>
    [...text.matchAll(new RegExp(`"${kind}":\\{"items":[^\\]]*\\],"name":"([^"]+)"`, "g"))].map(
      ([, name]) => name,
    );
  const text = JSON.stringify(templates);
  expect(named(text, "secret").length).toBeGreaterThan(50);
  expect(secrets).toEqual(expect.arrayContaining(named(text, "secret")));
  expect(ofKind("ConfigMap")).toEqual(expect.arrayContaining(named(text, "configMap")));
});

test("a stack of a Swarm has none, and says what it has instead", async () => {
  const { exitCode, all } = await workspace.attempt("render", "--stack", "dev");
  expect(exitCode).toBe(1);
  expect(all).toContain("the stack dev runs on Swarm: `npm run compose`");
});

test("up without a cluster says so at once, before anything is built", async () => {
  const { exitCode, all } = await workspace.attemptWith(
    { KUBECONFIG: "/nowhere/kubeconfig" },
    "up",
    "--stack",
    "kubernetes",
  );
  expect(exitCode).toBe(1);
  expect(all).toContain("nothing was changed");
  expect(all).toContain("kubeconfig is not set, and the default can't be read");
});

test("kube-score finds nothing critical, with all of its optional checks", async () => {
  const program = await builtProgram("kube-score");
  const { stdout: list } = await attempt(program, ["list"]);
  const optional = [...list.matchAll(/^([^,]+),.*,optional$/gm)].map(([, id]) => id as string);
  expect(optional.length).toBeGreaterThan(3);
  const { stdout } = await attempt(program, [
    "score",
    "--output-format=json",
    ...optional.flatMap((id) => ["--enable-optional-test", id]),
    ...readdirSync(join(folder, "manifests")).map((file) => join(folder, "manifests", file)),
  ]);
  const scored: Scored[] = JSON.parse(stdout);
  for (const workload of ["Deployment", "StatefulSet", "DaemonSet"]) {
    const looked = scored.filter(({ type_meta: type }) => type.kind === workload);
    expect([workload, looked.length]).toEqual([workload, ofKind(workload).length]);
  }
  const critical = scored.flatMap(({ object_name: object, checks }) =>
    checks
      .filter(({ grade, skipped }) => grade === criticalGrade && !skipped)
      .map(({ check, comments }) => ({ object, check: check.id, comments })),
  );
  expect(critical).toEqual([]);
}, 600_000);

/** What breaks a rule on purpose, by kind; docs/kubernetes.md has the reason of each. */
const exceptions: Record<string, string[]> = {
  "polaris/pullPolicyNotAlways": ["DaemonSet", "Deployment", "StatefulSet"],
  "polaris/metadataAndInstanceMismatched": ["DaemonSet", "Deployment", "StatefulSet"],
  "polaris/topologySpreadConstraint": ["DaemonSet", "StatefulSet"],
  "polaris/sensitiveContainerEnvVar": ["Deployment"],
  "polaris/livenessProbeMissing": ["StatefulSet"],
};

test.each(rules.flatMap(({ checks, keeps }) => checks.map((check) => ({ check, keeps }))))(
  "$check",
  ({ check, keeps }) => {
    const broken = manifests
      .filter((one) => !keeps(one, manifests))
      .filter(({ kind }) => !exceptions[check]?.includes(kind))
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(broken).toEqual([]);
  },
);

test("each exception is needed, and explained", () => {
  const explanation = readFileSync(join(root, "docs", "kubernetes.md"), "utf8");
  for (const [check, kinds] of Object.entries(exceptions)) {
    const rule = rules.find(({ checks }) => checks.includes(check));
    const broken = manifests.filter((one) => rule?.keeps(one, manifests) === false);
    expect([check, [...new Set(broken.map(({ kind }) => kind))].sort()]).toEqual([check, kinds]);
    expect(explanation).toContain(check.replace(/.*\//, ""));
  }
});

/** What kube-score says of one object. */
interface Scored {
  object_name: string;
  type_meta: { kind: string };
  checks: Check[];
}

/** One of its checks. */
interface Check {
  check: { id: string };
  grade: number;
  skipped: boolean;
  comments: object[] | null;
}

/** Source: kube-score, scorecard/scorecard.go, `GradeCritical`. */
const criticalGrade = 1;
