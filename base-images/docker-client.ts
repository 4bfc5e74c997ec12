import { readFileSync } from "node:fs";
import path from "node:path";
import Docker from "dockerode";

/**
 * A client of the engine that `DOCKER_HOST` would name: unix, tcp (with TLS where
 * `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` say so) or ssh.
 */
export function dockerClient(dockerHost: string): Docker {
  const address = URL.canParse(dockerHost) ? new URL(dockerHost) : new URL("unknown:");
  const { protocol, hostname: host, port, username, pathname } = address;
  switch (protocol) {
    case "unix:":
      return new Docker({ socketPath: pathname });
    case "ssh:":
      return new Docker({ protocol: "ssh", host, port: port || 22, username });
    case "tcp:":
      return process.env.DOCKER_TLS_VERIFY
        ? new Docker({ protocol: "https", host, port: port || 2376, ...certificates() })
        : new Docker({ protocol: "http", host, port: port || 2375 });
    default:
      throw new Error(
        `Docker host ${dockerHost}: must start with unix://, tcp:// or ssh://, ` +
          "like unix:///var/run/docker.sock.",
      );
  }
}

function certificates(): { ca: Buffer; cert: Buffer; key: Buffer } {
  const folder = process.env.DOCKER_CERT_PATH ?? path.join(process.env.HOME ?? "/", ".docker");
  const read = (name: string) => readFileSync(path.join(folder, `${name}.pem`));
  return { ca: read("ca"), cert: read("cert"), key: read("key") };
}
