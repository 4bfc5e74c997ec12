import { databaseMember, databaseMembers } from "./cluster-query.ts";
import { openPlatform } from "./platform/platform.ts";

/** Patroni's own command line on one cluster of a stack. */
export interface Patronictl {
  stack: string;
  cluster: string;
  /** Member that the arguments name; it has to exist. */
  member?: string;
  arguments: string[];
}

/**
 * Runs `patronictl` inside the cluster; its output is the user's.
 *
 * @returns its exit code
 * @throws Error when the stack has no such cluster or member
 */
export async function patronictl(call: Patronictl): Promise<number> {
  const platform = await openPlatform(call.stack);
  const services = await platform.services();
  const { physicalName } = databaseMember(services, call.cluster);
  const members = databaseMembers(services)
    .filter(({ environment }) => environment.CLUSTER === call.cluster)
    .map(({ environment }) => environment.MEMBER);
  if (call.member !== undefined && !members.includes(call.member)) {
    throw new Error(
      `${call.cluster} has no member ${call.member}: give one of ${members.join(", ")}`,
    );
  }
  return platform.run({
    service: physicalName,
    command: ["postgres-entrypoint", "patronictl", ...call.arguments],
    onOutput: (text, stream) => process[stream].write(text),
  });
}
