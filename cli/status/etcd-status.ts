import { askInCluster } from "../job-answer.ts";
import type { Platform, StackService } from "../platform/platform.ts";
import { messageOf } from "./database-status.ts";

export interface EtcdMemberStatus {
  name: string;
  /** `leader`, `follower`, or `not answering`. */
  role: string;
  term: number | undefined;
  sizeMiB: number | undefined;
}

export interface EtcdStatus {
  members: EtcdMemberStatus[];
  problem: string | undefined;
}

interface Endpoint {
  Endpoint: string;
  Status: { header: { member_id: number }; leader: number; raftTerm: number; dbSize: number };
}

/** Where the databases elect their primaries; undefined where the stack has no etcd. */
export async function etcdStatus(
  platform: Platform,
  services: StackService[],
): Promise<EtcdStatus | undefined> {
  const [member] = services.filter(({ environment }) => environment.MEMBERS && environment.MEMBER);
  if (!member) return undefined;
  const names = String(member.environment.MEMBERS).split(" ");
  try {
    const answer = await askInCluster(platform, {
      service: member.physicalName,
      // It fails where any member does not answer, which is what is to be seen.
      command: ["etcd-entrypoint", "bash", "-c", "etcdctl endpoint status -w json || true"],
    });
    const endpoints = JSON.parse(answer.trim() || "[]") as Endpoint[];
    const members = names.map((name) => describe(name, endpoints));
    const silent = members.filter(({ term }) => term === undefined).map(({ name }) => name);
    const quorum = names.length - silent.length > names.length / 2;
    const problem = silent.length > 0 ? `${silent.join(", ")} not answering` : undefined;
    return { members, problem: quorum ? problem : `no majority: ${problem}` };
  } catch (error) {
    return { members: [], problem: `can't be asked: ${messageOf(error)}` };
  }
}

function describe(name: string, endpoints: Endpoint[]): EtcdMemberStatus {
  const status = endpoints.find(({ Endpoint: url }) => new URL(url).hostname === name)?.Status;
  if (!status) return { name, role: "not answering", term: undefined, sizeMiB: undefined };
  return {
    name,
    role: status.leader === status.header.member_id ? "leader" : "follower",
    term: status.raftTerm,
    sizeMiB: status.dbSize / 2 ** 20,
  };
}
