import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";
import { runClusterJob } from "./cluster-job.ts";
import { databaseMember, databaseMembers } from "./cluster-query.ts";
import { stackServices } from "./cluster-services.ts";
import { requiredDockerHost } from "./docker-host.ts";

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
  const dockerHost = await requiredDockerHost(call.stack);
  const services = await stackServices(await engineApi(dockerHost), call.stack);
  const { physicalName } = databaseMember(services, call.cluster);
  const members = databaseMembers(services)
    .filter(({ environment }) => environment.CLUSTER === call.cluster)
    .map(({ environment }) => environment.MEMBER);
  if (call.member !== undefined && !members.includes(call.member)) {
    throw new Error(
      `${call.cluster} has no member ${call.member}: give one of ${members.join(", ")}`,
    );
  }
  return runClusterJob({
    dockerHost,
    service: physicalName,
    command: ["postgres-entrypoint", "patronictl", ...call.arguments],
    onOutput: (text, stream) => process[stream].write(text),
  });
}
