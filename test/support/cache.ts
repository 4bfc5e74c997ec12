import { access, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Redis } from "iovalkey";
import { memberUsers, sentinelUsers } from "../../components/data/cache-users.ts";
import type { CacheSettings } from "../../services/shared/cache.ts";
import { freePort, start, stop } from "./processes.ts";
import { until } from "./until.ts";

const IMAGE = resolve("services/valkey/rootfs/usr/local/bin");
const PASSWORDS = { client: "client-word", replica: "replica-word", sentinel: "sentinel-word" };
/** A second one that clients may sign in with, as while it is rotated. */
export const OTHER_PASSWORD = "next-word";
const NAME = "cache";

/** A member or a Sentinel: the program of the image, as a process of this machine. */
export interface CacheProcess {
  address: string;
  /** Of the script, whose child the server is. */
  pid: () => number;
  /** Ends server and script at once, as the loss of a container does. */
  kill: () => Promise<void>;
  /** Asks it to end, as an update does, and waits for that. */
  retire: () => Promise<void>;
  /** Halts script and server without ending them. */
  freeze: (frozen: boolean) => Promise<void>;
  /** Starts it again if it has ended. */
  restart: () => void;
  output: () => string;
}

/** Real members and Sentinels on free ports, with the configuration of the image. */
export interface CacheCluster {
  members: CacheProcess[];
  sentinels: CacheProcess[];
  /** How a service is told of it. */
  environment: Record<string, string>;
  /** What a service makes of that. */
  settings: CacheSettings;
  /** Whom each Sentinel names; undefined while it doesn't answer. */
  named: () => Promise<(string | undefined)[]>;
  /** The member that all Sentinels name. */
  primary: () => Promise<CacheProcess>;
  /** What a member says about its role. */
  role: (member: CacheProcess) => Promise<string | undefined>;
  /** What each member has under a key. */
  contents: (key: string) => Promise<unknown[]>;
  /** Whether every Sentinel knows all others, and all replicas. */
  acquainted: () => Promise<boolean>;
  stop: () => Promise<void>;
}

export async function startCacheCluster(size: 1 | 3 = 1): Promise<CacheCluster> {
  const folder = await mkdtemp(join(tmpdir(), "ha-store-cache-"));
  const programs = await linkPrograms(folder);
  const secrets = join(folder, "secrets");
  await mkdir(secrets);
  const clientPassword = join(secrets, "cache-password");
  const accepted = { ...PASSWORDS, client: [PASSWORDS.client, OTHER_PASSWORD] };
  const files = {
    "member-users.acl": memberUsers(accepted, ["get", "set", "unlink"]),
    "sentinel-users.acl": sentinelUsers(accepted),
    "replica-password": PASSWORDS.replica,
    "sentinel-password": PASSWORDS.sentinel,
    "cache-password": PASSWORDS.client,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(secrets, name), content, { mode: 0o600 });
  }
  const addresses = async () =>
    await Promise.all(Array.from({ length: size }, async () => `localhost:${await freePort()}`));
  const all = { members: await addresses(), sentinels: await addresses() };
  const shared = {
    PATH: `${programs}:${process.env.PATH}`,
    CACHE_NAME: NAME,
    CACHE_MEMBERS: all.members.join(" "),
    CACHE_SENTINELS: all.sentinels.join(" "),
    SECRETS_FOLDER: secrets,
  };
  const run = async (program: string, address: string) => {
    const state = join(folder, address);
    await mkdir(state);
    return cacheProcess(program, address, { ...shared, CACHE_SELF: address, STATE_FOLDER: state });
  };
  const members = await Promise.all(all.members.map((it) => run("cache-member", it)));
  const sentinels = await Promise.all(all.sentinels.map((it) => run("cache-sentinel", it)));
  const named = async () =>
    await Promise.all(
      sentinels.map(async ({ address }) => {
        const answer = await ask(address, "sentinel", "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
        return Array.isArray(answer) ? answer.join(":") : undefined;
      }),
    );
  const client = { username: "client", password: PASSWORDS.client };
  const cluster: CacheCluster = {
    members,
    sentinels,
    environment: {
      CACHE_SENTINELS: all.sentinels.join(","),
      CACHE_NAME: NAME,
      CACHE_USERNAME: "client",
      CACHE_PASSWORD_FILE: clientPassword,
      CACHE_SENTINEL_USERNAME: "client",
      CACHE_SENTINEL_PASSWORD_FILE: clientPassword,
    },
    settings: {
      sentinels: all.sentinels.map(parts),
      name: NAME,
      member: client,
      sentinel: client,
    },
    named,
    primary: async () => {
      let primary: CacheProcess | undefined;
      await until("all Sentinels to name one primary", async () => {
        const answers = await named();
        primary = members.find(({ address }) => answers.every((it) => it === address));
        return primary !== undefined;
      });
      if (!primary) throw new Error("no primary");
      return primary;
    },
    role: async ({ address }) => {
      const role = await ask(address, "sentinel", "ROLE");
      return Array.isArray(role) ? String(role[0]) : undefined;
    },
    contents: async (key) =>
      await Promise.all(members.map(({ address }) => ask(address, "client", "GET", key))),
    acquainted: async () => {
      const accounts = await Promise.all(
        sentinels.map(async ({ address }) => {
          const answer = await ask(address, "sentinel", "SENTINEL", "MASTER", NAME);
          return Array.isArray(answer) ? answer : [];
        }),
      );
      const says = (account: unknown[], field: string) => account[account.indexOf(field) + 1];
      const others = String(size - 1);
      return accounts.every(
        (it) => says(it, "num-slaves") === others && says(it, "num-other-sentinels") === others,
      );
    },
    stop: async () => {
      await Promise.all([...sentinels, ...members].map((it) => it.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await until("every Sentinel to name a primary", async () => {
      const answers = await named();
      return answers.every((it) => it !== undefined && it === answers[0]);
    });
  } catch (error) {
    const outputs = [...members, ...sentinels].map((it) => it.output()).join("\n");
    await cluster.stop();
    throw new Error(`${error}\n${outputs}`);
  }
  return cluster;
}

function cacheProcess(program: string, address: string, env: Record<string, string>): CacheProcess {
  const begin = () => start(join(IMAGE, program), [], { env, detached: true });
  let running = begin();
  const isRunning = () => running.process.exitCode === null && running.process.signalCode === null;
  const signal = (name: NodeJS.Signals) => {
    // The script and its server are one process group.
    const { pid } = running.process;
    if (pid !== undefined && isRunning()) process.kill(-pid, name);
  };
  return {
    address,
    pid: () => running.process.pid ?? 0,
    kill: async () => {
      signal("SIGKILL");
      await stop(running);
    },
    retire: () => stop(running),
    freeze: async (frozen) => signal(frozen ? "SIGSTOP" : "SIGCONT"),
    restart: () => {
      if (!isRunning()) running = begin();
    },
    output: () => running.output(),
  };
}

function parts(address: string): { host: string; port: number } {
  const [host = "", port = ""] = address.split(":");
  return { host, port: Number(port) };
}

/** One question; undefined without an answer. */
async function ask(
  address: string,
  username: "client" | "sentinel",
  command: string,
  ...args: string[]
): Promise<unknown> {
  const client = new Redis({
    ...parts(address),
    username,
    password: PASSWORDS[username],
    enableReadyCheck: false,
    retryStrategy: () => null,
    commandTimeout: 3_000,
    maxRetriesPerRequest: 0,
  });
  client.on("error", () => undefined);
  return await client
    .call(command, ...args)
    .catch(() => undefined)
    .finally(() => client.disconnect());
}

/** Folder with `valkey-server` and `valkey-cli`, be it that Redis is what is installed. */
async function linkPrograms(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const program of ["server", "cli"]) {
    const names = [`valkey-${program}`, `redis-${program}`];
    await symlink(await findProgram(names), join(bin, `valkey-${program}`));
  }
  return bin;
}

async function findProgram(names: string[]): Promise<string> {
  const folders = (process.env.PATH ?? "").split(":");
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (present) return path;
  }
  throw new Error(`none of ${names.join(", ")} is installed: apt-get install valkey-server`);
}
