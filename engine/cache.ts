import { homedir } from "node:os";
import path from "node:path";

/**
 * The folder for what the engine keeps between runs, outside the checkout:
 * `$HA_STORE_CACHE/engine`, else below `$XDG_CACHE_HOME` or `~/.cache`.
 */
export function engineCache(): string {
  const caches = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(process.env.HA_STORE_CACHE || path.join(caches, "ha-store"), "engine");
}
