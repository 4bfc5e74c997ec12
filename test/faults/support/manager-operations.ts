import { lab } from "../../support/lab.ts";
import { sleep } from "../../support/sleep.ts";
import { until } from "../../support/until.ts";
import type { Workspace } from "../../support/workspace.ts";
import { otherNodes } from "./database-faults.ts";
import { lastLines, type Operation, up } from "./operation.ts";
import { moveDatabasePrimaries } from "./other-faults.ts";
import type { Member } from "./site.ts";
import { waitUntilServing, waitUntilWhole } from "./wholeness.ts";

/** Its engine is the one that commands talk to. */
const survivor = 1;
const lost = [2, 3];
const withoutQuorumSeconds = 20;
/** What managers tell each other by, and workers ask them by. */
const managementPort = "2377";

/** Nothing happens to what runs, and nothing can be changed meanwhile. */
export const quorumLost: Operation = {
  name: `the managers' majority lost for ${withoutQuorumSeconds} s, and back`,
  perform: async ({ commands, store }) => {
    const before = await store.site.containersOf(store.services);
    try {
      await cutManagers("-I", lost);
      await untilQuorum(commands, 1, "No majority");
      await sleep(withoutQuorumSeconds);
    } finally {
      await cutManagers("-D", lost);
    }
    await untilQuorum(commands, 0, "leader");
    await waitUntilWhole(store);
    return replacements(before, await store.site.containersOf(store.services));
  },
};

/** Which containers are not there any more, each in a sentence. */
function replacements(before: readonly Member[], after: readonly Member[]): string[] {
  const there = new Set(after.map(({ container }) => container.id));
  return before
    .filter(({ container }) => !there.has(container.id))
    .map(({ service, node }) => `a container of ${service} on node ${node} was replaced`);
}

/**
 * The one that is left begins anew, which ends its containers; the others leave and join it, one by one, which
 * ends theirs. What they were working on goes with them.
 */
export const quorumRecovered: Operation = {
  name: "the managers' majority lost for good: `quorum --recover`",
  customersAt: async (store) => {
    await moveDatabasePrimaries(store, survivor);
    return otherNodes(store, survivor);
  },
  mayFail: 20,
  perform: async (scene) => {
    const { commands, store } = scene;
    const away = new Set(lost);
    try {
      await cutManagers("-I", lost);
      await untilQuorum(commands, 1, "No majority");
      const recover = () => commands.attempt("quorum", "--recover", "--yes", "--stack", "ha");
      const objection = await recover();
      if (!/on [\d.]+: +systemctl kill --signal=KILL docker/.test(objection.all)) {
        return [`the others' containers were not thought of: ${lastLines(objection.all)}`];
      }
      // As little of a farewell, on hosts without systemd.
      await store.site.onNode("stop", survivor);
      await store.site.onNode("start", survivor);
      const recovery = await recover();
      if (!recovery.all.includes("leader")) {
        return [`\`quorum --recover\` ended with ${recovery.exitCode}: ${lastLines(recovery.all)}`];
      }
      for (const { node, command } of stepsIn(recovery.all)) {
        const leaves = command.startsWith("swarm leave");
        if (leaves) await waitUntilServing(store);
        if (command.startsWith("node promote")) {
          await waitUntilWhole(store);
          await untilChangeable();
        }
        await docker(node, command);
        if (leaves) {
          away.delete(node);
          await cutManagers("-D", [node]);
        }
      }
    } finally {
      await cutManagers("-D", [...away]);
    }
    for (const node of lost) await untilQuorum(commands, 0, `^node${node} .* (reachable|leader)$`);
    await untilChangeable();
    return up(scene);
  },
};

/** The commands of Docker that `quorum --recover` prints, each with the node to run it on. */
function stepsIn(said: string): { node: number; command: string }[] {
  const steps = said.matchAll(/^ +(?:on node(\d+)|here): +docker ([^(\n]+)/gm);
  return [...steps].map(([, node = survivor, command = ""]) => ({
    node: Number(node),
    command: command.trim(),
  }));
}

async function docker(node: number, command: string): Promise<string> {
  if (command.includes("TOKEN")) {
    const token = await docker(survivor, "swarm join-token --quiet worker");
    return docker(node, command.replace("TOKEN", token.trim()));
  }
  return lab("exec", String(node), "--", "docker", ...command.split(" "));
}

/** A Swarm of two managers changes nothing until the second one has learned what was before it came. */
function untilChangeable(): Promise<void> {
  return until(
    "the Swarm can be changed",
    () =>
      docker(survivor, `node update --availability active node${survivor}`).then(
        () => true,
        () => false,
      ),
    180,
  );
}

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
  return until(
    `\`quorum\` says ${text}`,
    async () => {
      const said = await commands.attempt("quorum", "--stack", "ha");
      return said.exitCode === exitCode && new RegExp(text, "m").test(said.all);
    },
    180,
  );
}
