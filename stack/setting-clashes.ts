import { scheduleMistake } from "../components/data/backup-schedule.ts";
import {
  parseRestoredCluster,
  restoredClustersMistake,
} from "../components/data/restored-cluster.ts";
import { productsCluster, shardNames } from "../components/store/store-clusters.ts";
import type { Problem, Settings } from "../settings.ts";
import { certificateProblems } from "./certificate-check.ts";
import { kubernetesClashes } from "./kubernetes-clashes.ts";
import { publishedPorts } from "./published-ports.ts";

/** What no setting shows alone; silent about settings that are wrong by themselves. */
export function settingClashes(
  settings: Settings,
  sound: (setting: keyof Settings) => boolean,
): Problem[] {
  const { tls, registryAddress } = settings;
  const problems: Problem[] = [];
  publishedPorts(settings)
    .filter((setting) => sound(setting) && (setting !== "httpsPort" || sound("tls")))
    .forEach((setting, index, all) => {
      const other = all.slice(0, index).find((earlier) => settings[earlier] === settings[setting]);
      if (!other) return;
      problems.push({
        setting,
        reason: `is ${settings[setting]} as ${other} is: give another port`,
      });
    });
  const registryPort = Number(registryAddress.split(":")[1]);
  if (registryAddress && sound("registryPort") && registryPort !== settings.registryPort) {
    const reason = `is ${registryAddress}, but registryPort is ${settings.registryPort}: give the same port`;
    problems.push({ setting: "registryAddress", reason });
  }
  if (settings.alertWebhooks && settings.monitoring === "off" && sound("monitoring")) {
    const reason = "is set, but monitoring is off: turn that on, or leave this out";
    problems.push({ setting: "alertWebhooks", reason });
  }
  const alone = settings.zones.length < 2 && sound("zones");
  if (settings.replication === "strict" && alone) {
    const reason =
      "is strict, but in a single zone a database has one member, so every write would wait for a " +
      "standby for ever: give synchronous, or name more zones";
    problems.push({ setting: "replication", reason });
  }
  const scheduleReason = sound("backupSchedule") && scheduleMistake(settings.backupSchedule);
  if (scheduleReason) problems.push({ setting: "backupSchedule", reason: scheduleReason });
  const copies = settings.restoredClusters.flatMap((text) => parseRestoredCluster(text) ?? []);
  const restoredReason = restoredClustersMistake(copies, {
    clusters: [productsCluster, ...shardNames(settings.shards)],
    backup: settings.backup !== "off",
  });
  if (restoredReason) problems.push({ setting: "restoredClusters", reason: restoredReason });
  if (tls === "provided") problems.push(...certificateProblems(settings, sound));
  if (settings.orchestrator === "kubernetes") problems.push(...kubernetesClashes(settings, sound));
  return problems;
}
