import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { alertmanagerConfiguration } from "../../components/observability/alertmanager-configuration.ts";
import { freePort, type Running, start, stop } from "./processes.ts";
import { until } from "./until.ts";

export interface RunningAlertmanager {
  /** `host:port` */
  address: string;
  stop: () => Promise<void>;
}

/** A cluster of two, each as its image starts it, that waits a tenth as long. */
export async function startAlertmanagers(webhooks: string[]) {
  const folder = await mkdtemp(join(tmpdir(), "ha-store-alertmanager-"));
  const configuration = join(folder, "alertmanager.yml");
  const impatient = alertmanagerConfiguration(webhooks)
    .replace("group_wait: 10s", "group_wait: 1s")
    .replace("group_interval: 1m", "group_interval: 2s");
  await writeFile(configuration, impatient);
  const members = await Promise.all(
    [1, 2].map(async (number) => ({
      storage: join(folder, String(number)),
      port: await freePort(),
      gossipPort: await freePort(),
    })),
  );
  const peers = members.map(({ gossipPort }) => `127.0.0.1:${gossipPort}`).join(" ");
  const script = resolve("services/alertmanager/rootfs/usr/local/bin/alertmanager-member");
  const running: (Running & RunningAlertmanager)[] = [];
  for (const { storage, port, gossipPort } of members) {
    await mkdir(storage);
    const member = start("bash", [script], {
      env: {
        PATH: process.env.PATH ?? "",
        CONFIGURATION: configuration,
        STORAGE: storage,
        PORT: String(port),
        PEERS: peers,
        ADDRESS: "127.0.0.1",
        GOSSIP_PORT: String(gossipPort),
      },
    });
    running.push({ ...member, address: `127.0.0.1:${port}`, stop: () => stop(member) });
  }
  const stopAll = async () => {
    for (const member of running) await member.stop();
    await rm(folder, { recursive: true });
  };
  try {
    for (const { address, process: child, output } of running) {
      await until("a cluster of two Alertmanagers", async () => {
        if (child.exitCode !== null) throw new Error(output());
        return (await peersOf(address)) === 2;
      });
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  return { members: running as RunningAlertmanager[], stop: stopAll };
}

async function peersOf(address: string): Promise<number> {
  const answer = await fetch(`http://${address}/api/v2/status`).catch(() => undefined);
  if (answer?.status !== 200) return 0;
  const { cluster } = (await answer.json()) as { cluster: { peers?: unknown[] } };
  return cluster.peers?.length ?? 0;
}
