import { Command } from "commander";
import { buildServices } from "../services/build.ts";
import { runningStackHost } from "./docker-host.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { stackOption } from "./stack-option.ts";
import { tableLines } from "./table.ts";
import { root, StackFiles } from "./workspace.ts";

interface DriftOptions {
  stack: string;
  json?: boolean;
}

/** A property of a resource that is not as it was asked for; without `property`, the whole resource. */
interface Drift {
  resource: string;
  property?: string;
  found?: unknown;
  wanted?: unknown;
}

/** What `pulumi preview --json` says of a resource that it would change. */
interface Step {
  op: string;
  urn: string;
  oldState?: { inputs?: object };
  newState?: { inputs?: object };
  detailedDiff?: Record<string, unknown> | null;
  diffReasons?: string[] | null;
}

/** `npm run drift` */
export function driftCommand(): Command {
  return new Command("drift")
    .description("show what in the cluster is not as the program wants it; `up` repairs it")
    .addOption(stackOption())
    .option("--json", "as JSON")
    .addHelpText("after", "\nEnds with 1 if there is any.")
    .action(async ({ stack, json }: DriftOptions) => {
      const drifts = await readDrift(stack);
      console.log(json ? JSON.stringify(drifts, undefined, 2) : lines(drifts, stack).join("\n"));
      process.exitCode = drifts.length > 0 ? 1 : 0;
    });
}

async function readDrift(stack: string): Promise<Drift[]> {
  const files = new StackFiles(stack);
  const pulumi = await PulumiCli.open(files, await runningStackHost(files));
  await buildServices(root);
  const digest: { steps?: Step[] } = JSON.parse(await pulumi.readPreview("--refresh"));
  return (digest.steps ?? []).filter(({ op }) => op !== "same").flatMap(driftsOf);
}

function driftsOf({ op, urn, oldState, newState, detailedDiff, diffReasons }: Step): Drift[] {
  const resource = urn.split("::").at(-1) ?? urn;
  if (op === "create") return [{ resource, found: "gone" }];
  if (op === "delete") return [{ resource, wanted: "gone" }];
  const properties = Object.keys(detailedDiff ?? {});
  return (properties.length > 0 ? properties : (diffReasons ?? [])).map((property) => ({
    resource,
    property,
    found: valueAt(oldState?.inputs, property),
    wanted: valueAt(newState?.inputs, property),
  }));
}

/** @param path - Such as `mode.replicated.replicas` or `labels[0].value`. */
function valueAt(state: unknown, path: string): unknown {
  const keys = path.split(/[.[\]"]+/).filter((key) => key !== "");
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    state,
  );
}

function lines(drifts: Drift[], stack: string): string[] {
  if (drifts.length === 0) return [`${stack} is as its program wants it.`];
  const show = (value: unknown) => (value === undefined ? "" : JSON.stringify(value));
  const rows = drifts.map(({ resource, property = "", found, wanted }) => [
    resource,
    property,
    show(found),
    show(wanted),
  ]);
  return [
    ...tableLines([["RESOURCE", "PROPERTY", "FOUND", "WANTED"], ...rows]),
    `\`npm run up -- --stack ${stack}\` repairs it.`,
  ];
}
