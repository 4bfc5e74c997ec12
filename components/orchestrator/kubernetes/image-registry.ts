import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { PullCredentials } from "./foundation.ts";

/** A registry outside of the cluster. */
export interface ImageRegistry {
  /** `host[:port]`, with a path where it has one. */
  address: string;
  /** @default nobody has to sign in */
  username?: string;
  password?: pulumi.Input<string>;
  /** Whether it speaks plain HTTP. @default false */
  insecure?: boolean;
}

/** A Docker Engine for builds. */
export interface ImageBuilder {
  /** `unix://`, `tcp://` or `ssh://`. */
  host: string;
}

/** How the cluster's nodes sign in, where they have to. */
export function pullCredentials({
  address,
  username,
  password,
}: ImageRegistry): PullCredentials | undefined {
  if (!username) return undefined;
  return { server: hostOf(address), username, password: password ?? "" };
}

/** The engine that builds images, signed in to the registry. */
export function dockerEngine(
  name: string,
  { host }: ImageBuilder,
  registry: ImageRegistry,
  parent: pulumi.Resource,
): docker.Provider {
  const { address, username, password, insecure } = registry;
  const access = username
    ? { username, password: pulumi.secret(password ?? "") }
    : { authDisabled: true };
  const server = `${insecure ? "http" : "https"}://${hostOf(address)}`;
  return new docker.Provider(
    `${name}-builder`,
    // Our own check before anything is registered says more than the provider's ping.
    { host, disableDockerDaemonCheck: true, registryAuth: [{ address: server, ...access }] },
    { parent },
  );
}

function hostOf(address: string): string {
  return address.split("/")[0] ?? address;
}
