import { Command } from "commander";
import type Dockerode from "dockerode";
import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";
import { isMeant } from "./confirmation.ts";
import { requiredDockerHost } from "./docker-host.ts";
import { type Manager, type Managers, readManagers } from "./quorum/managers.ts";
import { peersOf, withoutFarewell } from "./quorum/peers.ts";
import { recoverQuorum, snapshotInterval, waysBack } from "./quorum/recovery.ts";
import { stackOption } from "./stack-option.ts";
import { tableLines } from "./table.ts";

interface QuorumOptions {
  stack: string;
  recover?: boolean;
  yes?: boolean;
}

const details = `
Without a majority of its managers a Swarm changes nothing: what runs goes on, nothing is started
elsewhere, \`up\` fails. Bring lost managers back first. If they are gone for good, --recover goes on
with the one that is left, and says how nodes join it that have managed the Swarm before. While
containers run on other nodes, it says first how its engine is ended so that they find it again.

Ends with 1 when there is no majority, or a manager can't be reached.`;

/** `npm run quorum` */
export function quorumCommand(): Command {
  return new Command("quorum")
    .description("the Swarm's managers, and how to go on without a majority of them")
    .addOption(stackOption())
    .option(
      "--recover",
      "make the stack's Docker Engine the only manager, where there is no majority",
    )
    .option("-y, --yes", "don't ask")
    .addHelpText("after", details)
    .action(async ({ stack, recover, yes }: QuorumOptions) => {
      const api = await engineApi(await requiredDockerHost(stack));
      let managers = await readManagers(api);
      const [address = ""] = managers.addresses;
      const begunAnew = recover === true && !managers.quorum;
      if (begunAnew) {
        const objections = await objectionsTo(api, managers, { stack, yes });
        if (objections.length > 0) {
          console.log(objections.join("\n"));
          process.exitCode = 1;
          return;
        }
        managers = await recoverQuorum(api, address);
      }
      const missing = managers.list.filter(({ state }) => state === "unreachable");
      const advice = begunAnew
        ? waysBack(missing, address, await snapshotInterval(api))
        : missing.map(cannotBeReached);
      console.log([...report(managers), ...advice].join("\n"));
      process.exitCode = managers.quorum && missing.length === 0 ? 0 : 1;
    });
}

/** Why the engine is not to begin anew now, as lines. */
async function objectionsTo(
  api: Dockerode,
  { host, addresses }: Managers,
  { stack, yes }: Pick<QuorumOptions, "stack" | "yes">,
): Promise<string[]> {
  const peers = await peersOf(api, host);
  if (peers.length > 0) return withoutFarewell(peers, host);
  const deed = `makes ${addresses[0]} the only manager, and starts its containers again`;
  return yes || (await isMeant(stack, deed)) ? [] : ["Nothing was changed."];
}

const cannotBeReached = ({ name }: Manager) =>
  `${name} can't be reached: bring it back, or replace the node`;

function report({ quorum, list, addresses }: Managers): string[] {
  if (!quorum) {
    return [
      `No majority of the managers is there: ${addresses.join(", ")}.`,
      "What runs goes on. Bring managers back, or, if they are gone for good: npm run quorum -- --recover",
    ];
  }
  const rows = list.map(({ name, address, state }) => [name, address, state]);
  return tableLines([["MANAGER", "ADDRESS", "STATE"], ...rows]);
}
