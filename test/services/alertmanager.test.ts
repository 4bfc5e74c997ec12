import { startAlertmanagers } from "../support/alertmanagers.ts";
import { type Monitoring, startMonitoring } from "../support/monitoring.ts";
import { bundleServices } from "../support/store.ts";
import { until } from "../support/until.ts";
import { startWebhook, type ToldAlert } from "../support/webhook.ts";

/** From Prometheus' rules to a webhook, through both members and then through the one that is left. */

let webhook: Awaited<ReturnType<typeof startWebhook>>;
let alertmanagers: Awaited<ReturnType<typeof startAlertmanagers>>;
let monitoring: Monitoring;

beforeAll(async () => {
  await bundleServices();
  webhook = await startWebhook();
  alertmanagers = await startAlertmanagers([webhook.url]);
  const target = (job: "etcd" | "backup", port: number) => ({
    job,
    service: job,
    port,
    members: [{ name: "127.0.0.1", zone: "harbour-1" }],
  });
  // Nobody listens there: a member of etcd that is down, and no host of backups either.
  monitoring = await startMonitoring([target("etcd", 1), target("backup", 2)], {
    alertmanagers: alertmanagers.members.map(({ address }) => address),
    // The second alert has to wait until the first one has been looked at.
    alertAfter: { EtcdMemberDown: 1, BackupHostDown: 20 },
  });
}, 120_000);

afterAll(async () => {
  await monitoring?.stop();
  await alertmanagers?.stop();
  webhook?.stop();
});

const toldOf = (name: string): ToldAlert[] =>
  webhook.told.filter(({ labels }) => labels.alertname === name);

test("an alert is told once, though two heard of it", async () => {
  await until("the alert", () => toldOf("EtcdMemberDown").length > 0, 30);
  const [alert] = toldOf("EtcdMemberDown");
  expect(alert).toMatchObject({
    status: "firing",
    labels: { severity: "warning", service: "etcd", member: "127.0.0.1" },
    annotations: {
      summary: "127.0.0.1 is down: one loss more and no primary can be elected",
      runbook: "docs/observability.md#etcdmemberdown",
    },
  });
  for (const { address } of alertmanagers.members) {
    const answer = await fetch(`http://${address}/api/v2/alerts`);
    const known = (await answer.json()) as { labels: Record<string, string> }[];
    expect(known.map(({ labels }) => labels.alertname)).toContain("EtcdMemberDown");
  }
}, 60_000);

test("with one member lost the next alert is told, and the first one is not told again", async () => {
  await alertmanagers.members[0]?.stop();
  await until("the alert", () => toldOf("BackupHostDown").length > 0, 60);
  expect(toldOf("EtcdMemberDown")).toHaveLength(1);
}, 90_000);
