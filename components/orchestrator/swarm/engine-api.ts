import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type Dockerode from "dockerode";

/**
 * A client of the Docker Engine that `DOCKER_HOST` would name: `unix://`, `ssh://`, or `tcp://`, with
 * TLS where `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` say so. The library is loaded when it is first
 * needed: a preview that touches no cluster should not pay for it.
 *
 * @throws Error when the host is none of these, or a certificate can't be read.
 */
export async function engineApi(dockerHost: string): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  const address = URL.canParse(dockerHost) ? new URL(dockerHost) : new URL("unknown:");
  const { protocol, hostname: host, port, username, pathname } = address;
  switch (protocol) {
    case "unix:":
      return new Docker({ socketPath: pathname });
    case "ssh:": {
      const sshOptions = { agentForward: false, agent: process.env.SSH_AUTH_SOCK };
      return new Docker({ protocol: "ssh", host, port: port || 22, username, sshOptions });
    }
    case "tcp:":
      return process.env.DOCKER_TLS_VERIFY
        ? new Docker({ protocol: "https", host, port: port || 2376, ...(await certificates()) })
        : new Docker({ protocol: "http", host, port: port || 2375 });
    default:
      throw new Error(
        `Docker host ${dockerHost}: must start with unix://, tcp:// or ssh://, like ` +
          "unix:///var/run/docker.sock",
      );
  }
}

async function certificates(): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  const folder = process.env.DOCKER_CERT_PATH ?? join(process.env.HOME ?? "/", ".docker");
  const read = (name: string) => readFile(join(folder, `${name}.pem`));
  const [ca, cert, key] = await Promise.all([read("ca"), read("cert"), read("key")]);
  return { ca, cert, key };
}
