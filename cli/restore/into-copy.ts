import {
  parseRestoredCluster,
  restoredClusterExample,
  restoredClusterText,
} from "../../components/data/restored-cluster.ts";
import { requiredBackupHost, storedBackups } from "../backup-repository.ts";
import { databaseMember } from "../cluster-query.ts";
import type { Platform } from "../platform/platform.ts";
import { up } from "../up.ts";
import { StackFiles } from "../workspace.ts";
import { forgetElections } from "./elections.ts";
import { backupBefore, checkArchived } from "./request.ts";

const setting = "restoredClusters";

/** A cluster to be made beside the others, which shows one of them as it was. */
export interface CopyRequest {
  platform: Platform;
  stack: string;
  cluster: string;
  to: Date;
  /** Name of the copy: the cluster's and a word. */
  into: string;
}

/**
 * Adds a cluster to the stack's configuration that is made from the backups of another, and brings it
 * up. Nothing else of the stack is touched; nothing uses the copy.
 *
 * @throws Error when the time can't be restored, or there is a cluster of that name
 */
export async function restoreIntoCopy(request: CopyRequest): Promise<number> {
  const { platform, stack, cluster, to, into } = request;
  const copy = { name: into, cluster, time: to.toISOString() };
  if (!parseRestoredCluster(restoredClusterText(copy))) {
    throw new Error(
      `"${into}" can't be the name of a copy of ${cluster}: give ${cluster}- and a word, as in "${restoredClusterExample.split(" ")[0]}"`,
    );
  }
  const files = new StackFiles(stack);
  const services = await platform.services();
  const present = copiesIn(files).map(({ name }) => name);
  if (present.includes(into) || services.some(({ environment }) => environment.CLUSTER === into)) {
    throw new Error(
      `there is a cluster ${into} already: give another name, or \`npm run restore -- --stack ${stack} --drop ${into}\` first`,
    );
  }
  databaseMember(services, cluster);
  const repository = requiredBackupHost(services, stack);
  const stored = await storedBackups(platform, repository, cluster);
  backupBefore(stored, to);
  checkArchived(stored, to);

  // One of that name may have been there before.
  await forgetElections(platform, services, into);
  files.set(setting, [...copiesIn(files), copy].map(restoredClusterText));
  console.log(`added ${into} to ${setting} in Pulumi.${stack}.yaml; bringing it up ...`);
  return up(files, []);
}

/** Removes such a cluster and its data. */
export async function dropCopy(platform: Platform, stack: string, name: string): Promise<number> {
  const files = new StackFiles(stack);
  const copies = copiesIn(files);
  if (!copies.some((copy) => copy.name === name)) {
    const names = copies.map((copy) => copy.name).join(", ") || "none";
    throw new Error(`${name} is no copy in Pulumi.${stack}.yaml: the copies there are ${names}`);
  }
  const others = copies.filter((copy) => copy.name !== name);
  files.set(setting, others.map(restoredClusterText));
  const exitCode = await up(files, []);
  if (exitCode !== 0) return exitCode;
  const memberOfCopy = new RegExp(`^${name}-\\d+$`);
  for (const volume of await platform.volumes()) {
    if (!memberOfCopy.test(volume.workload)) continue;
    await volume.remove();
    console.log(`removed volume ${volume.name}`);
  }
  return 0;
}

function copiesIn(files: StackFiles) {
  const list = files.settings()[setting];
  return (Array.isArray(list) ? list : []).flatMap((text) => parseRestoredCluster(text) ?? []);
}
