import { Command, InvalidArgumentError } from "commander";
import { maxNodes } from "../host/layout.ts";
import { requireRoot } from "../host/requirements.ts";
import { swarmDown } from "./down.ts";
import { node } from "./node.ts";
import { type NodeStatus, swarmStatus } from "./status.ts";
import { swarmUp } from "./up.ts";

const log = (line: string): void => console.error(line);

function nodeCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxNodes) return count;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${maxNodes}.`);
}

/** `swarm ...`: the Docker Swarm lab. */
export function swarmCommand(): Command {
  const swarm = new Command("swarm").description("Docker Swarm of isolated hosts on this machine");
  swarm
    .command("up")
    .description("make the lab, or add what it lacks")
    .option("--nodes <count>", `hosts the lab has at least, 1 to ${maxNodes}`, nodeCount, 1)
    .action(async ({ nodes }: { nodes: number }) => {
      await swarmUp({ nodes, log });
      await printStatus(false);
    });
  swarm
    .command("status")
    .description("show the hosts")
    .option("--json", "as JSON")
    .action(({ json }: { json?: boolean }) => printStatus(json ?? false));
  swarm
    .command("down")
    .description("remove the lab and everything on it")
    .action(() => swarmDown({ log }));
  swarm
    .command("exec")
    .description("run a command inside a host, on its Docker engine")
    .argument("<node>", "number of the host", nodeCount)
    .argument("<command...>", "after --")
    .action(async (number: number, command: string[]) => {
      requireRoot();
      const { exitCode } = await node(number).exec(command, { stdio: "inherit" });
      process.exitCode = exitCode ?? 1;
    });
  swarm.addCommand(nodeCommand());
  return swarm;
}

function nodeCommand(): Command {
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
        requireRoot();
        await node(number)[fault as keyof typeof faults]();
        log(`node ${number}: ${await node(number).state()}`);
      });
  }
  return command;
}

async function printStatus(json: boolean): Promise<void> {
  const status = await swarmStatus();
  if (json) {
    console.log(JSON.stringify(status ?? null, undefined, 2));
    return;
  }
  if (!status) {
    console.log("No lab. `swarm up` makes one.");
    return;
  }
  const rows = status.nodes.map(row);
  const headings = ["NODE", "ADDRESS", "STATE", "ZONE", "SWARM", "DOCKER_HOST"];
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  for (const cells of [headings, ...rows]) {
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

const row = ({ name, address, state, zone, swarm, dockerHost }: NodeStatus): string[] => [
  name,
  address,
  state,
  zone,
  swarm ? `${swarm.role}, ${swarm.state}, ${swarm.availability}` : "unknown",
  dockerHost,
];
