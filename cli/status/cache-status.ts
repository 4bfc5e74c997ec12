import { askInCluster } from "../job-answer.ts";
import type { Platform, StackService } from "../platform/platform.ts";
import { messageOf } from "./database-status.ts";

export interface CacheMemberStatus {
  address: string;
  /** `primary`, `replica` or `not answering`. */
  role: string;
  replicas: number | undefined;
  /** How many Sentinels name it as the primary. */
  votes: number;
}

export interface CacheStatus {
  members: CacheMemberStatus[];
  sentinels: number;
  problem: string | undefined;
}

/** The library of the image, as somebody who is no member: then each member is asked. */
const script = `source /usr/local/lib/cache-cluster.bash
each describe $CACHE_MEMBERS
echo
each vote $CACHE_SENTINELS`;

/** The cache; undefined where the stack has none. */
export async function cacheStatus(
  platform: Platform,
  services: StackService[],
): Promise<CacheStatus | undefined> {
  const [member] = services.filter(({ environment }) => environment.CACHE_SELF);
  if (!member) return undefined;
  const { CACHE_MEMBERS = "", CACHE_SENTINELS = "" } = member.environment;
  const sentinels = CACHE_SENTINELS.split(" ").length;
  try {
    const answer = await askInCluster(platform, {
      service: member.physicalName,
      command: ["bash", "-c", script],
      environment: { CACHE_SELF: "nobody:0" },
    });
    const [described = "", voted = ""] = answer.split(/^$/m);
    const members = CACHE_MEMBERS.split(" ").map((address) => describe(address, described, voted));
    return { members, sentinels, problem: problemOf(members, sentinels) };
  } catch (error) {
    return { members: [], sentinels, problem: `can't be asked: ${messageOf(error)}` };
  }
}

function describe(address: string, described: string, voted: string): CacheMemberStatus {
  const votes = voted.split("\n").filter((line) => line === address).length;
  const line = described.split("\n").find((one) => one.endsWith(` ${address}`));
  if (!line) return { address, role: "not answering", replicas: undefined, votes };
  const [role, replicas] = line.split(" ");
  const isPrimary = role === "master";
  return {
    address,
    role: isPrimary ? "primary" : "replica",
    replicas: isPrimary ? Number(replicas) : undefined,
    votes,
  };
}

function problemOf(members: CacheMemberStatus[], sentinels: number): string | undefined {
  const primaries = members.filter(({ role }) => role === "primary");
  const silent = members.filter(({ role }) => role === "not answering");
  const agreed = Math.max(...members.map(({ votes }) => votes));
  const problems = [
    ...(primaries.length === 1 ? [] : [`${primaries.length} members act as primary`]),
    ...silent.map(({ address }) => `${address} not answering`),
    ...(agreed === sentinels ? [] : [`only ${agreed} of ${sentinels} Sentinels agree`]),
  ];
  return problems.join("; ") || undefined;
}
