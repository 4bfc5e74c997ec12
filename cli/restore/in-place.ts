import { requiredBackupHost, storedBackups } from "../backup-repository.ts";
import { clusterQuery, databaseMember, databaseMembers } from "../cluster-query.ts";
import type { Platform, StackService } from "../platform/platform.ts";
import { repeat } from "../repeat.ts";
import { databaseStatus } from "../status/database-status.ts";
import { forgetElections } from "./elections.ts";
import { MemberVolumes, type VolumeMember } from "./member-volumes.ts";
import { backupBefore, checkArchived, targetText } from "./request.ts";

/** A cluster that goes back to a time. */
export interface InPlaceRestore {
  platform: Platform;
  stack: string;
  cluster: string;
  to: Date;
  /** Whether the data that the cluster has now may go. */
  overwrite: boolean;
  /** Which history to follow, where an earlier restore has made several. @default the last */
  timeline?: string;
}

const startPatienceMilliseconds = 600_000;
const loginPatienceMilliseconds = 60_000;
const pollMilliseconds = 1_000;

/**
 * Restores a cluster in place. Until its data are complete on one member, everything that fails brings
 * the cluster back as it was; after that, the same command can be given again.
 *
 * @throws Error when the time can't be restored, or data would go without having been allowed to
 */
export async function restoreInPlace(request: InPlaceRestore): Promise<void> {
  const { platform, stack, cluster, to } = request;
  const services = await platform.services();
  databaseMember(services, cluster);
  const members = databaseMembers(services).filter(
    ({ environment }) => environment.CLUSTER === cluster,
  );
  const repository = requiredBackupHost(services, stack);
  const stored = () => storedBackups(platform, repository, cluster);
  const backup = backupBefore(await stored(), to);

  const volumes = new MemberVolumes(platform);
  const { members: reachable, lost } = await volumes.find(members);
  const [first, ...others] = reachable;
  if (!first) throw new Error(`no volume of ${cluster} can be reached: ${lost.join("; ")}`);
  for (const name of lost)
    console.log(`can't be reached, and will follow when it is back: ${name}`);
  checkOverwrite(request, reachable);

  console.log(`${cluster}: back to ${targetText(to)}, from the backup ${backup.label}`);
  console.log("Stopping its members...");
  await platform.stop(members);
  try {
    // The last thing that a primary does is to hand over what was not archived yet.
    checkArchived(await stored(), to);
    const timeline = request.timeline === undefined ? [] : [request.timeline];
    await volumes.work(first, "restore", String(backup.bytes), targetText(to), ...timeline);
  } catch (error) {
    console.log("Starting its members as they were...");
    await volumes.work(first, "put-back");
    await platform.start(members);
    throw error;
  }

  console.log(`Starting ${first.name} as the primary...`);
  await forgetElections(platform, services, cluster);
  await platform.start([first.service]);
  await untilWhole(platform, [first.service]);
  if (others.length > 0)
    console.log(`Copying it to ${others.map(({ name }) => name).join(", ")}...`);
  await Promise.all(
    others.map((member) => volumes.work(member, "set-aside", String(backup.bytes))),
  );
  await platform.start(members);
  await untilWhole(
    platform,
    reachable.map(({ service }) => service),
  );
  await verify(platform, services, first);
  await Promise.all(reachable.map((member) => volumes.work(member, "forget")));
  console.log(`${cluster} is back at ${targetText(to)} and takes writes.`);
}

function checkOverwrite(
  { cluster, to, overwrite, stack }: InPlaceRestore,
  members: VolumeMember[],
): void {
  const mib = Math.round(Math.max(...members.map(({ bytes }) => bytes)) / 2 ** 20);
  if (overwrite || members.every(({ bytes }) => bytes === 0)) return;
  const databases = members[0]?.service.environment.DATABASES ?? "";
  throw new Error(
    `${cluster} has data (${mib} MiB): everything written to ${databases.replaceAll(" ", ", ")} after ${targetText(to)} would be lost. ` +
      `\`npm run backup -- --stack ${stack} --cluster ${cluster}\` keeps it; then say --overwrite`,
  );
}

/** Waits until these members are all there is, one as the primary, the others streaming from it. */
async function untilWhole(platform: Platform, members: StackService[]): Promise<void> {
  const deadline = Date.now() + startPatienceMilliseconds;
  for (let said = ""; ; ) {
    const [status] = await databaseStatus(platform, members);
    if (status && !status.problem) return;
    const problem = status?.problem ?? "it has no member";
    if (problem !== said) console.log(`  ${problem}`);
    said = problem;
    if (Date.now() > deadline) {
      throw new Error(`${problem}, after ten minutes; the same command can be given again`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

/** Every service can sign in, at the name that it uses, once its login of today is back, and write. */
async function verify(
  platform: Platform,
  services: StackService[],
  { service }: VolumeMember,
): Promise<void> {
  const query = clusterQuery(platform, services);
  const { CLUSTER = "", DATABASES = "" } = service.environment;
  for (const database of DATABASES.split(" ")) {
    const sql = "SELECT pg_is_in_recovery() AS standby, count(*)::int AS tables FROM pg_tables";
    // The backup has the logins of its time. Those of today come back within seconds.
    const [answer] = await repeat(
      () => query(CLUSTER, database, `${sql} WHERE schemaname = 'public'`),
      { patienceMilliseconds: loginPatienceMilliseconds, pollMilliseconds },
    );
    if (answer?.standby !== false) throw new Error(`${database} on ${CLUSTER} takes no writes`);
    console.log(`  ${database}: ${answer.tables} tables`);
  }
}
