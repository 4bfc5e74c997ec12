import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pause } from "../../services/shared/wait.ts";
import { freePort, run, start, stop } from "./processes.ts";
import { until } from "./until.ts";

const BINARIES = "/usr/lib/postgresql";
/** Made by Debian's package; initdb and postgres refuse to run as root. */
const ACCOUNT = "postgres";

export interface Postgres {
  port: number;
  /** Folder of its socket, where nobody is asked for a password. */
  socketFolder: string;
  /** Of the server's first process, which all others descend from. */
  pid: number;
  /** A superuser's connection, which whoever asks for it has to end. */
  connect: (database: string) => Promise<pg.Client>;
  /** A superuser's query, for arranging and looking at what a service can't. */
  query: (database: string, sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Runs a statement in a transaction that stays open, with its locks, until it is released. */
  hold: (database: string, sql: string) => Promise<{ release: () => Promise<void> }>;
  /** A role that owns a database of its name and may do nothing else. */
  createDatabase: (name: string, password: string) => Promise<void>;
  /**
   * A server that follows this one and can only be read.
   * @param address a loopback address, at which it has this one's port, as members of a cluster have
   */
  startStandby: (address?: string) => Promise<Postgres>;
  /** From now on connections may be encrypted. @returns the certificate, for `localhost` */
  offerTls: () => Promise<string>;
  /** As a primary that hands over: open transactions end, then nobody answers for a while. */
  beAwayFor: (milliseconds: number) => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * A real PostgreSQL server of its own, in a temporary folder, on a free port.
 * @param durable whether commits wait for the disk, as they do in production
 */
export async function startPostgres(durable = false): Promise<Postgres> {
  const initialise = (data: string) => [
    ...["-D", data, "--auth-local=trust", "--auth-host=scram-sha-256", "-U", ACCOUNT, "-N"],
    // As in the image, whatever the locale of this machine is.
    ...["-E", "UTF8", "--locale=C.UTF-8"],
  ];
  return await startServer("initdb", initialise, durable);
}

/** @param program one of PostgreSQL's, which makes the data folder */
async function startServer(
  program: string,
  programArguments: (data: string) => string[],
  durable = false,
  address = "127.0.0.1",
  givenPort?: number,
): Promise<Postgres> {
  const binaries = await findBinaries();
  const folder = await mkdtemp(join(tmpdir(), "ha-store-postgres-"));
  const data = join(folder, "data");
  await run("chown", [ACCOUNT, folder]);
  await chmod(folder, 0o700);
  await run(...asAccount(join(binaries, program), programArguments(data)));
  const port = givenPort ?? (await freePort());
  // Passwords are asked for by TCP, so that services sign in as they do in production.
  const settings = [
    ["listen_addresses", address],
    ["port", String(port)],
    ["unix_socket_directories", folder],
    ["max_connections", "200"],
    ["fsync", durable ? "on" : "off"],
  ].flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const serve = () => start(...asAccount(join(binaries, "postgres"), ["-D", data, ...settings]));
  let server = serve();
  const connect: Postgres["connect"] = async (database) => {
    const client = new pg.Client({ host: folder, port, user: ACCOUNT, database });
    await client.connect();
    return client;
  };
  const query: Postgres["query"] = async (database, sql, values = []) => {
    const client = await connect(database);
    try {
      return (await client.query<Record<string, unknown>>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const answering = () =>
    until("PostgreSQL to answer", async () =>
      query("postgres", "SELECT 1").then(
        () => true,
        () => false,
      ),
    ).catch((error: unknown) => {
      throw new Error(`it said:\n${server.output()}`, { cause: error });
    });
  try {
    await answering();
  } catch (error) {
    await stop(server, "SIGQUIT");
    throw error;
  }
  return {
    port,
    socketFolder: folder,
    pid: server.process.pid ?? 0,
    connect,
    query,
    hold: async (database, sql) => {
      const client = await connect(database);
      await client.query("BEGIN");
      await client.query(sql);
      return { release: () => client.end() };
    },
    createDatabase: async (name, password) => {
      await query("postgres", `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
      await query("postgres", `CREATE DATABASE ${name} OWNER ${name}`);
    },
    startStandby: (ownAddress) => {
      const copy = (standby: string) => [
        ...["-D", standby, "-h", folder, "-p", String(port), "-U", ACCOUNT],
        ...["--write-recovery-conf", "--checkpoint=fast", "--no-sync"],
      ];
      const ownPort = ownAddress === undefined ? undefined : port;
      return startServer("pg_basebackup", copy, false, ownAddress, ownPort);
    },
    offerTls: async () => {
      const files = ["-keyout", join(data, "server.key"), "-out", join(data, "server.crt")];
      const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      await run(...asAccount("openssl", ["req", "-x509", ...key, ...subject, ...files]));
      await query("postgres", "ALTER SYSTEM SET ssl = on");
      await query("postgres", "SELECT pg_reload_conf()");
      return await readFile(join(data, "server.crt"), "utf8");
    },
    beAwayFor: async (milliseconds) => {
      await stop(server, "SIGINT");
      await pause(milliseconds);
      server = serve();
      await answering();
    },
    stop: async () => {
      // Immediate: a fast stop would wait for nothing that a test needs.
      await stop(server, "SIGQUIT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function asAccount(command: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, [...args]];
  return [
    "setpriv",
    [`--reuid=${ACCOUNT}`, `--regid=${ACCOUNT}`, "--init-groups", command, ...args],
  ];
}

async function findBinaries(): Promise<string> {
  const versions = await readdir(BINARIES).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) {
    throw new Error(
      `PostgreSQL is not installed (nothing in ${BINARIES}): apt-get install postgresql`,
    );
  }
  return join(BINARIES, newest, "bin");
}
