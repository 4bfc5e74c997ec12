import { databaseMembers } from "../cluster-query.ts";
import { askInCluster } from "../job-answer.ts";
import type { Platform, StackService } from "../platform/platform.ts";

/** A member of a database cluster, as Patroni sees it. */
export interface DatabaseMemberStatus {
  name: string;
  /** `primary`, `synchronous standby`, `standby`, or what else Patroni says. */
  role: string;
  /** `running`, `streaming`, `stopped`, `starting`... */
  state: string;
  timeline: number | undefined;
  /** How far it is behind, in MiB; unknown of a member that does not answer. */
  lagMiB: number | undefined;
  pendingRestart: boolean;
}

export interface DatabaseClusterStatus {
  cluster: string;
  members: DatabaseMemberStatus[];
  problem: string | undefined;
}

interface ListedMember {
  Member: string;
  Role: string;
  State: string;
  TL?: number;
  "Lag in MB"?: number | string;
  "Pending restart"?: string;
}

const roles: Record<string, string> = {
  Leader: "primary",
  "Sync Standby": "synchronous standby",
  "Quorum Standby": "synchronous standby",
  Replica: "standby",
};

/** Every database cluster of the stack. */
export async function databaseStatus(
  platform: Platform,
  services: StackService[],
): Promise<DatabaseClusterStatus[]> {
  const byCluster = Map.groupBy(databaseMembers(services), ({ environment }) =>
    String(environment.CLUSTER),
  );
  return Promise.all(
    [...byCluster].map(async ([cluster, members]) => {
      const expected = members.map(({ environment }) => String(environment.MEMBER));
      try {
        const listed = await listMembers(platform, members[0]?.physicalName ?? "");
        return judge(cluster, expected, listed.map(toStatus));
      } catch (error) {
        return { cluster, members: [], problem: `can't be asked: ${messageOf(error)}` };
      }
    }),
  );
}

async function listMembers(platform: Platform, service: string): Promise<ListedMember[]> {
  const command = ["postgres-entrypoint", "patronictl", "list", "--format", "json"];
  return JSON.parse(await askInCluster(platform, { service, command }));
}

function toStatus(member: ListedMember): DatabaseMemberStatus {
  const lag = Number(member["Lag in MB"] ?? 0);
  return {
    name: member.Member,
    role: roles[member.Role] ?? member.Role.toLowerCase(),
    state: member.State,
    timeline: member.TL,
    lagMiB: Number.isNaN(lag) ? undefined : lag,
    pendingRestart: Boolean(member["Pending restart"]),
  };
}

function judge(
  cluster: string,
  expected: string[],
  members: DatabaseMemberStatus[],
): DatabaseClusterStatus {
  const missing = expected.filter((name) => !members.some((member) => member.name === name));
  const working = (member: DatabaseMemberStatus) =>
    member.state === (member.role === "primary" ? "running" : "streaming");
  const problems = [
    ...(members.some(({ role }) => role === "primary") ? [] : ["there is no primary"]),
    ...missing.map((name) => `${name} is missing`),
    ...members.filter((member) => !working(member)).map(({ name, state }) => `${name} is ${state}`),
    ...members.filter((one) => one.pendingRestart).map(({ name }) => `${name} wants a restart`),
  ];
  return { cluster, members, problem: problems.join("; ") || undefined };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
