import { eventually } from "../../support/command.ts";
import { lab } from "../../support/lab.ts";
import { sleep } from "../../support/sleep.ts";
import type { Workspace } from "../../support/workspace.ts";
import { otherNodes } from "./database-faults.ts";
import { lastLines, type Operation } from "./operation.ts";
import { moveDatabasePrimaries } from "./other-faults.ts";

/** Its engine is the one that commands talk to. */
const survivor = 1;
const lost = [2, 3];
const withoutQuorumSeconds = 20;
/** What managers tell each other by, and workers ask them by. */
const managementPort = "2377";

/** Nothing happens to what runs, and nothing can be changed meanwhile. */
export const quorumLost: Operation = {
  name: `the managers' majority lost for ${withoutQuorumSeconds} s, and back`,
  perform: async ({ commands }) => {
    try {
      await cutManagers("-I", lost);
      await untilQuorum(commands, 1, "No majority");
      await sleep(withoutQuorumSeconds);
    } finally {
      await cutManagers("-D", lost);
    }
    await untilQuorum(commands, 0, "leader");
    return [];
  },
};

/**
 * The one that is left begins anew, which ends its containers; the others join it, one by one, and their
 * containers are started again too. Every member of every database changes within two minutes, so this is
 * no operation that nobody notices: the store has to go on serving most, and to lose nothing.
 */
export const quorumRecovered: Operation = {
  name: "the managers' majority lost for good: `quorum --recover`",
  customersAt: async (store) => {
    await moveDatabasePrimaries(store, survivor);
    return otherNodes(store, survivor);
  },
  mayFail: 500,
  perform: async ({ commands }) => {
    const away = [...lost];
    try {
      await cutManagers("-I", lost);
      await untilQuorum(commands, 1, "No majority");
      const recovery = await commands.attempt("quorum", "--recover", "--yes", "--stack", "ha");
      for (const node of lost) {
        await cutManagers("-D", [node]);
        away.shift();
        await untilQuorum(commands, away.length > 0 ? 1 : 0, `^node${node} .* reachable$`);
      }
      return recovery.all.includes("leader")
        ? []
        : [`\`quorum --recover\` ended with ${recovery.exitCode}: ${lastLines(recovery.all)}`];
    } finally {
      await cutManagers("-D", away);
    }
  },
};

/** Between a node's manager and all others; containers go on talking to each other. */
async function cutManagers(rule: "-I" | "-D", nodes: number[]): Promise<void> {
  for (const node of nodes) {
    for (const [chain, port] of [
      ["INPUT", "--dport"],
      ["INPUT", "--sport"],
      ["OUTPUT", "--dport"],
    ] as const) {
      const match = ["-p", "tcp", port, managementPort, "-j", "DROP"];
      await lab("exec", String(node), "--", "iptables", rule, chain, ...match);
    }
  }
}

function untilQuorum(commands: Workspace, exitCode: number, text: string): Promise<void> {
  return eventually(`\`quorum\` says ${text}`, 180, async () => {
    const said = await commands.attempt("quorum", "--stack", "ha");
    return said.exitCode === exitCode && new RegExp(text, "m").test(said.all);
  });
}
