import type Dockerode from "dockerode";

/**
 * A client of the Docker Engine API. The library is loaded when it is first needed: a preview that
 * touches no cluster should not pay for it.
 */
export async function engineApi(host: string): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  const url = new URL(host);
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  if (url.protocol === "ssh:") {
    return new Docker({
      protocol: "ssh",
      host: url.hostname,
      port: Number(url.port || 22),
      username: url.username,
      sshOptions: { agentForward: false, agent: process.env.SSH_AUTH_SOCK },
    });
  }
  // tcp:// with or without TLS is described by DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, which the
  // library reads beside DOCKER_HOST.
  process.env.DOCKER_HOST = host;
  return new Docker();
}
