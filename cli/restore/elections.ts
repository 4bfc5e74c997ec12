import { askInCluster } from "../job-answer.ts";
import type { Platform, StackService } from "../platform/platform.ts";

/** Removes what a cluster's members agreed on in etcd: it was about other data. */
export async function forgetElections(
  platform: Platform,
  services: StackService[],
  cluster: string,
): Promise<void> {
  const etcd = services.find(({ environment }) => environment.MEMBERS && environment.MEMBER);
  if (!etcd) throw new Error("the stack has no etcd");
  await askInCluster(platform, {
    service: etcd.physicalName,
    command: ["etcd-entrypoint", "etcdctl", "del", "--prefix", `/ha-store/${cluster}/`],
  });
}
