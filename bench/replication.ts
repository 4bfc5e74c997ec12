import { databaseMembers, loginsService } from "../cli/cluster-query.ts";
import { askInCluster } from "../cli/job-answer.ts";
import type { Platform, StackService } from "../cli/platform/platform.ts";
import { SwarmPlatform } from "../cli/platform/swarm/swarm-platform.ts";
import { storeAddresses } from "../cli/store-addresses.ts";
import { type Sales, sell } from "./buyers.ts";
import { withLab } from "./lab.ts";
import { median, printTable } from "./report.ts";
import { askRepeatedly } from "./router.ts";
import { StoreStack } from "./store-stack.ts";

const modes = {
  asynchronous: ["synchronous_mode=off", "synchronous_mode_strict=false"],
  synchronous: ["synchronous_mode=quorum", "synchronous_mode_strict=false"],
  strict: ["synchronous_mode=quorum", "synchronous_mode_strict=true"],
};
type Mode = keyof typeof modes;

const buyers = 12;
const routerClients = [1, 16];

/**
 * Purchases through the whole store in each mode of replication, in turn on one stack, and what the
 * router in front of a database costs. There is no bound: the figures are for choosing a mode.
 */
export function benchReplication(runs: number, seconds: number): Promise<boolean> {
  return withLab(3, async ({ dockerHost }) => {
    const store = new StoreStack("ha", dockerHost);
    console.log("bringing the store up in three zones ...");
    await store.command("up");
    const platform = new SwarmPlatform("ha", dockerHost);
    const services = await platform.services();
    const edges = await storeAddresses(platform, services);
    const sales: Record<Mode, Sales[]> = { asynchronous: [], synchronous: [], strict: [] };
    for (let run = 0; run <= runs; run++) {
      for (const mode of Object.keys(modes) as Mode[]) {
        await setMode(platform, services, mode);
        const sold = await sell(edges, buyers, seconds);
        console.log(`${run === 0 ? "warm-up" : `run ${run}`} ${mode}: ${cells(sold).join(", ")}`);
        if (run > 0) sales[mode].push(sold);
      }
    }
    await setMode(platform, services, "synchronous");
    printSales(sales);
    await compareRouter(platform, services);
    return true;
  });
}

/** By Patroni, for all clusters; done once every primary waits for a standby, or for none. */
async function setMode(platform: Platform, services: StackService[], mode: Mode): Promise<void> {
  const sets = modes[mode].flatMap((setting) => ["--set", setting]).join(" ");
  const waits = mode === "asynchronous" ? "!" : "";
  const script = `
    postgres-entrypoint patronictl edit-config "$CLUSTER" --force ${sets}
    until ${waits} curl -sf "http://$MEMBER:8008/cluster" | grep -q quorum_standby; do sleep 0.5; done`;
  const clusters = Map.groupBy(databaseMembers(services), ({ environment }) => environment.CLUSTER);
  await Promise.all(
    [...clusters.values()].map(async ([member]) => {
      const command = ["bash", "-c", script];
      if (member) await askInCluster(platform, { service: member.physicalName, command });
    }),
  );
}

function printSales(sales: Record<Mode, Sales[]>): void {
  const rows = Object.entries(sales).map(([mode, runs]) => {
    const middle = (value: (sold: Sales) => number) => median(runs.map(value));
    return [
      mode,
      ...cells({
        perSecond: middle(({ perSecond }) => perSecond),
        p50: middle(({ p50 }) => p50),
        p99: middle(({ p99 }) => p99),
        failed: runs.reduce((sum, { failed }) => sum + failed, 0),
      }),
    ];
  });
  const headings = ["replication", "purchases", "p50", "p99", "failed"];
  printTable(`Purchases by ${buyers} people at a time, medians`, [headings, ...rows]);
}

const cells = ({ perSecond, p50, p99, failed }: Omit<Sales, "metered">): string[] => [
  `${perSecond.toFixed(1)}/s`,
  `${p50.toFixed(0)} ms`,
  `${p99.toFixed(0)} ms`,
  `${failed}`,
];

async function compareRouter(platform: Platform, services: StackService[]): Promise<void> {
  const [member] = databaseMembers(services);
  const { CLUSTER: cluster = "", DATABASES = "" } = member?.environment ?? {};
  const [database = ""] = DATABASES.split(" ");
  const service = loginsService(services, cluster).physicalName;
  const answer = await askInCluster(platform, {
    service: member?.physicalName ?? "",
    command: ["postgres-entrypoint", "patronictl", "list", "--format", "json"],
  });
  const members: { Member: string; Role: string }[] = JSON.parse(answer);
  const primary = members.find(({ Role }) => Role === "Leader")?.Member ?? "";
  const rows: string[][] = [];
  for (const clients of routerClients) {
    const ask = (host: string) => askRepeatedly({ platform, service, host, database }, clients, 10);
    const [direct, routed] = [await ask(primary), await ask(cluster)];
    rows.push([
      `${clients}`,
      `${direct.perSecond.toFixed(0)}/s, ${direct.averageMilliseconds.toFixed(2)} ms`,
      `${routed.perSecond.toFixed(0)}/s, ${routed.averageMilliseconds.toFixed(2)} ms`,
      `${(routed.perSecond / direct.perSecond).toFixed(2)}x`,
    ]);
  }
  const headings = ["connections", "direct", "through the router", "throughput"];
  printTable("`SELECT 1` at the primary, by TLS", [headings, ...rows]);
}
