import { createHash } from "node:crypto";

/** Who may sign in to a cache, by password; clients by any of several. */
export interface CachePasswords {
  client: string[];
  replica: string;
  sentinel: string;
}

/** What an application may send where nothing else is said: what a cache-aside reader needs. */
export const defaultClientCommands = ["get", "set", "unlink"];

/** ACL file of the members: nobody may do more than their task, and nobody without a password. */
export function memberUsers(passwords: CachePasswords, clientCommands: string[]): string {
  return aclFile([
    user("client", passwords.client, "~*", ["ping", ...clientCommands]),
    user("replica", [passwords.replica], "", ["ping", "psync", "replconf"]),
    user("sentinel", [passwords.sentinel], "&__sentinel__:hello", [
      "client|kill",
      "client|setname",
      "config|rewrite",
      "exec",
      "info",
      "multi",
      "ping",
      "publish",
      "replicaof",
      "role",
      "script|kill",
      "slaveof",
      "subscribe",
    ]),
  ]);
}

/** ACL file of the Sentinels: applications may ask for the primary, and nothing else. */
export function sentinelUsers(passwords: Omit<CachePasswords, "replica">): string {
  return aclFile([
    user("client", passwords.client, "", ["ping", "sentinel|get-master-addr-by-name"]),
    user("sentinel", [passwords.sentinel], "&__sentinel__:hello", [
      "client|setname",
      "ping",
      "publish",
      "sentinel|failover",
      "sentinel|get-master-addr-by-name",
      "sentinel|is-master-down-by-addr",
      "sentinel|master",
    ]),
  ]);
}

function user(name: string, passwords: string[], scope: string, commands: string[]): string {
  // The file holds hashes: whoever sees them can't sign in.
  const hashes = passwords.map(
    (password) => `#${createHash("sha256").update(password).digest("hex")}`,
  );
  const allowed = commands.map((command) => `+${command}`);
  return ["user", name, "on", ...hashes, "resetchannels", scope, "-@all", ...allowed]
    .filter((word) => word !== "")
    .join(" ");
}

function aclFile(users: string[]): string {
  return [...users, "user default off resetpass resetchannels -@all"]
    .map((line) => `${line}\n`)
    .join("");
}
