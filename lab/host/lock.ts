import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Layout } from "./layout.ts";

/** An abstract socket: the kernel drops it with its process, so it can't go stale. */
const addressOf = (lab: Layout) => ({ path: `\0${lab.group}` });

/**
 * Runs `work` while no other process changes the lab; waits for its turn.
 * @param action what a waiting process is told, like "up"
 */
export async function withLabLock<T>(
  lab: Layout,
  action: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const server = createServer((visitor) => {
    visitor.on("error", () => {});
    visitor.write(`${lab.command} ${action} (process ${process.pid})`);
  });
  for (;;) {
    try {
      server.listen(addressOf(lab));
      await once(server, "listening");
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      await holderGone(lab, log);
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
async function holderGone(lab: Layout, log: (line: string) => void): Promise<void> {
  const holder = connect(addressOf(lab));
  holder.on("data", (who) => log(`waiting for another command on the lab: ${who}`));
  holder.on("error", () => {});
  await new Promise((resolve) => holder.on("close", resolve));
}
