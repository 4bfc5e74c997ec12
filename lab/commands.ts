import { Command, InvalidArgumentError } from "commander";
import { type Layout, maxNodes } from "./host/layout.ts";
import type { LabNode } from "./host/node.ts";
import type { LabUpArgs } from "./host/prepare.ts";
import { requireRoot } from "./host/requirements.ts";

/** One kind of lab, as the command line drives it. */
export interface LabKind<Node> {
  layout: Layout;
  description: string;
  /** What `exec` runs a command in. */
  execDescription: string;
  up(args: LabUpArgs): Promise<unknown>;
  down(args: LabUpArgs): Promise<void>;
  /** The lab as it is now; undefined when there is none. */
  status(): Promise<{ nodes: Node[] } | undefined>;
  /** Headings of the table that shows the nodes. */
  headings: string[];
  row(node: Node): string[];
  node(number: number): LabNode;
}

export const log = (line: string): void => console.error(line);

function nodeCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxNodes) return count;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${maxNodes}.`);
}

/** The commands that every kind of lab has. */
export function labCommand<Node>(kind: LabKind<Node>): Command {
  const { layout } = kind;
  const command = new Command(layout.command).description(kind.description);
  command
    .command("up")
    .description("make the lab, or add what it lacks")
    .option("--nodes <count>", `hosts the lab has at least, 1 to ${maxNodes}`, nodeCount, 1)
    .action(async ({ nodes }: { nodes: number }) => {
      await kind.up({ nodes, log });
      await printStatus(kind, false);
    });
  command
    .command("status")
    .description("show the hosts")
    .option("--json", "as JSON")
    .action(({ json }: { json?: boolean }) => printStatus(kind, json ?? false));
  command
    .command("down")
    .description("remove the lab and everything on it")
    .action(() => kind.down({ log }));
  command
    .command("exec")
    .description(kind.execDescription)
    .argument("<node>", "number of the host", nodeCount)
    .argument("<command...>", "after --")
    .action(async (number: number, words: string[]) => {
      requireRoot(layout);
      const { exitCode } = await kind.node(number).exec(words, { stdio: "inherit" });
      process.exitCode = exitCode ?? 1;
    });
  return command.addCommand(nodeCommand(kind));
}

function nodeCommand<Node>({ layout, node }: LabKind<Node>): Command {
  const command = new Command("node").description("break a host and mend it");
  const faults = {
    stop: "power off, without a goodbye",
    start: "boot",
    pause: "freeze every process",
    cut: "take the network link down",
    heal: "end pause and cut",
  } as const;
  for (const [fault, description] of Object.entries(faults)) {
    command
      .command(fault)
      .description(description)
      .argument("<node>", "number of the host", nodeCount)
      .action(async (number: number) => {
        requireRoot(layout);
        await node(number)[fault as keyof typeof faults]();
        log(`node ${number}: ${await node(number).state()}`);
      });
  }
  return command;
}

async function printStatus<Node>(kind: LabKind<Node>, json: boolean): Promise<void> {
  const status = await kind.status();
  if (json) {
    console.log(JSON.stringify(status ?? null, undefined, 2));
    return;
  }
  if (!status) {
    console.log(`No lab. \`${kind.layout.command} up\` makes one.`);
    return;
  }
  const rows = status.nodes.map(kind.row);
  const widths = kind.headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  for (const cells of [kind.headings, ...rows]) {
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}
