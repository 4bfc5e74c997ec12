import { access } from "node:fs/promises";
import { connect } from "node:net";
import { freePort, start, stop, until } from "./processes.ts";

const PROGRAMS = ["/usr/bin/valkey-server", "/usr/bin/redis-server"];

export interface CacheServer {
  port: number;
  stop: () => Promise<void>;
}

/** A real Valkey (or Redis) of its own on a free port; keeps nothing on disk. */
export async function startCache(password: string): Promise<CacheServer> {
  const program = await findProgram();
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", requirepass: password };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = start(program, args);
  await until("the cache to listen", () => accepts(port));
  return { port, stop: () => stop(server) };
}

async function findProgram(): Promise<string> {
  for (const program of PROGRAMS) {
    const present = await access(program).then(
      () => true,
      () => false,
    );
    if (present) return program;
  }
  throw new Error(`none of ${PROGRAMS.join(", ")} is installed: apt-get install valkey-server`);
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
