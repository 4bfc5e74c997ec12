import { once } from "node:events";
import { connect, createServer } from "node:net";

/** An abstract socket: the kernel drops it with its process, so it can't go stale. */
const address = { path: "\0ha-store-lab" };

/**
 * Runs `work` while no other process changes the lab; waits for its turn.
 * @param purpose what a waiting process is told, like "swarm up"
 */
export async function withLabLock<T>(
  purpose: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const server = createServer((visitor) => {
    visitor.on("error", () => {});
    visitor.write(`${purpose} (process ${process.pid})`);
  });
  for (;;) {
    try {
      server.listen(address);
      await once(server, "listening");
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      await holderGone(log);
    }
  }
  const visitors = new Set<{ destroy(): void }>();
  server.on("connection", (visitor) => visitors.add(visitor));
  try {
    return await work();
  } finally {
    for (const visitor of visitors) visitor.destroy();
    server.close();
  }
}

/** Resolves when the process that holds the lock lets go of it or dies. */
async function holderGone(log: (line: string) => void): Promise<void> {
  const holder = connect(address);
  holder.on("data", (who) => log(`waiting for another command on the lab: ${who}`));
  holder.on("error", () => {});
  await new Promise((resolve) => holder.on("close", resolve));
}
