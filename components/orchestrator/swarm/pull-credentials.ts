import type Dockerode from "dockerode";
import { credentialsLabel, stackLabel } from "./names.ts";

/** How nodes sign in to the registry, as Docker's API wants it. */
export interface PullCredentials {
  username: string;
  password: string;
  serveraddress: string;
}

/** The autoscaler may change a service between two requests. */
const attempts = 5;

/**
 * Gives a stack's services other credentials to pull images with. Swarm keeps them with each service,
 * takes new ones only with an update, and replaces no task for their sake. An update by the provider
 * is no good for that: it writes the environment in another order each time (it ranges over a Go map),
 * which is another container to Swarm, so that every task of the stack would be replaced at once.
 *
 * Which were given last, a configuration of the stack has as its label: see {@link credentialsLabel}.
 *
 * @param hash - Stands for the credentials.
 */
export async function handOutCredentials(
  api: Dockerode,
  prefix: string,
  hash: string,
  credentials: PullCredentials,
): Promise<void> {
  const stack = `${stackLabel}=${prefix}`;
  const given = { label: [stack, `${credentialsLabel}=${hash}`] };
  if ((await api.listConfigs({ filters: given })).length > 0) return;
  const services = await api.listServices({ filters: { label: [stack] } });
  await Promise.all(services.map(({ ID }) => give(api.getService(ID), credentials, attempts)));
}

async function give(
  service: Dockerode.Service,
  credentials: PullCredentials,
  left: number,
): Promise<void> {
  const { Version, Spec } = await service.inspect();
  try {
    await service.update(credentials, { version: Version.Index, ...Spec });
  } catch (error) {
    if (left <= 1 || !String(error).includes("out of sequence")) throw error;
    await give(service, credentials, left - 1);
  }
}
