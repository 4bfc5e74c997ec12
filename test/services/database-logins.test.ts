import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type Running, run, start, stop, untilWritten } from "../support/processes.ts";
import { until } from "../support/until.ts";

const SCRIPTS = resolve("services/postgres/rootfs/usr/local/bin");
const STANDBY = "127.0.0.2";
const ROLES = ["login-admin", "replication", "rewind", "orders_1", "orders_2", "orders_3"];

let postgres: Postgres;
let standby: Postgres;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), "ha-store-logins-"));
  for (const role of ROLES) await writeFile(join(folder, `${role}-password`), `${role} word`);
  await ask("CREATE ROLE replicator; CREATE ROLE rewind");
  await provision();
  standby = await postgres.startStandby(STANDBY);
});

afterAll(async () => {
  await standby?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(sql: string, server = postgres): Promise<Record<string, unknown>[]> {
  return await server.query("postgres", sql);
}

/** What a member does when it becomes the primary. */
async function provision(): Promise<void> {
  await run(join(SCRIPTS, "provision-databases"), [], {
    env: {
      PATH: process.env.PATH ?? "",
      SECRETS_FOLDER: folder,
      DATABASES: "orders",
      PGHOST: postgres.socketFolder,
      PGPORT: String(postgres.port),
      PGUSER: "postgres",
    },
  });
}

interface Keeper extends Running {
  /** Whether its health check says that the logins are there. */
  isHealthy: () => Promise<boolean>;
  end: () => Promise<void>;
}

/** The workload that keeps these logins. */
async function keep(logins: string): Promise<Keeper> {
  const state = await mkdtemp(join(folder, "state-"));
  const running = start(join(SCRIPTS, "database-logins"), [], {
    env: {
      PATH: process.env.PATH ?? "",
      SECRETS_FOLDER: folder,
      STATE_FOLDER: state,
      LOGINS: logins,
      DATABASE_MEMBERS: `127.0.0.1 ${STANDBY}`,
      PGHOST: "127.0.0.1",
      PGPORT: String(postgres.port),
    },
  });
  const isHealthy = () =>
    access(join(state, "logins-made")).then(
      () => true,
      () => false,
    );
  return { ...running, isHealthy, end: () => stop(running) };
}

/** Lets it do its work and takes it away, as the next `up` does. */
async function keepOnce(logins: string): Promise<Running> {
  const keeper = await keep(logins);
  try {
    await until(`the logins ${logins} to be there`, keeper.isHealthy);
  } catch (error) {
    throw new Error(keeper.output(), { cause: error });
  } finally {
    await keeper.end();
  }
  return keeper;
}

function settings(user: string): pg.ClientConfig {
  return {
    host: "127.0.0.1",
    port: postgres.port,
    database: "orders",
    user,
    password: `${user} word`,
  };
}

function client(user: string, changes: pg.ClientConfig = {}): pg.Client {
  const made = new pg.Client({ ...settings(user), ...changes });
  made.on("error", () => undefined);
  return made;
}

async function signsIn(user: string, password = `${user} word`): Promise<boolean> {
  const one = client(user, { password });
  try {
    await one.connect();
    return true;
  } catch {
    return false;
  } finally {
    await one.end().catch(() => undefined);
  }
}

/** Goes on writing, by connections that are renewed all the time, as a service's are. */
function customer(user: string) {
  const database = new pg.Pool({ ...settings(user), max: 3, maxUses: 5 });
  const failures: unknown[] = [];
  let asked = 0;
  let running = true;
  const work = async () => {
    while (running) {
      const add = database.query("INSERT INTO parcels DEFAULT VALUES");
      await add.catch((error: unknown) => failures.push(error));
      asked += 1;
    }
  };
  const loops = [1, 2, 3].map(work);
  return {
    failures,
    goOn: () => {
      const before = asked;
      return until("more to be asked", () => asked > before + 20);
    },
    end: async () => {
      running = false;
      await Promise.all(loops);
      await database.end();
    },
  };
}

test("an owner never signs in; a login may do what the owner may, and what it makes is the owner's", async () => {
  await keepOnce("orders_1");
  expect(await signsIn("orders", "orders_1 word")).toBe(false);
  expect(await signsIn("orders_1", "another word")).toBe(false);
  const service = client("orders_1");
  await service.connect();
  await service.query("CREATE TABLE parcels (id serial PRIMARY KEY)");
  await service.end();
  const [table] = await postgres.query(
    "orders",
    "SELECT tableowner FROM pg_tables WHERE tablename = 'parcels'",
  );
  expect(table).toEqual({ tableowner: "orders" });
});

test("neither owners, logins nor who makes them may do more than that", async () => {
  const roles = await ask(
    `SELECT rolname, rolsuper, rolcreatedb, rolreplication, rolbypassrls, rolcreaterole
     FROM pg_roles WHERE rolname ~ '^(orders|login_admin)' ORDER BY 1`,
  );
  const nothing = {
    rolsuper: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
    rolcreaterole: false,
  };
  expect(roles).toEqual([
    { ...nothing, rolname: "login_admin", rolcreaterole: true },
    { ...nothing, rolname: "orders" },
    { ...nothing, rolname: "orders_1" },
  ]);
});

test("rotation: clients of either version lose nothing until theirs is removed", async () => {
  await keepOnce("orders_1");
  const old = customer("orders_1");
  await old.goOn();
  await keepOnce("orders_1 orders_2");
  const next = customer("orders_2");
  await Promise.all([old.goOn(), next.goOn()]);
  await old.end();
  expect(old.failures).toEqual([]);

  const left = client("orders_1");
  await left.connect();
  await keepOnce("orders_2");
  await next.goOn();
  await next.end();
  expect(next.failures).toEqual([]);
  expect(await signsIn("orders_1")).toBe(false);
  await expect(left.query("SELECT 1")).rejects.toThrow();
  expect(await ask("SELECT rolname FROM pg_roles WHERE rolname ~ '^orders_' ORDER BY 1")).toEqual([
    { rolname: "orders_2" },
  ]);
});

test("sessions at a standby end with their login, too", async () => {
  await keepOnce("orders_2 orders_3");
  const arrived = () =>
    ask("SELECT FROM pg_roles WHERE rolname = 'orders_3'", standby).then((rows) => rows.length > 0);
  await until("the standby to have heard of the login", arrived);
  const reader = client("orders_3", { host: STANDBY });
  await reader.connect();
  const ended = new Promise((resolve) => reader.once("end", resolve));
  const keeper = await keep("orders_2");
  await ended;
  await keeper.end();
});

test("what a restore brings back is put right, while it runs", async () => {
  const keeper = await keep("orders_2");
  await until("the logins to be there", keeper.isHealthy);
  await ask("ALTER ROLE orders_2 RENAME TO orders_9; ALTER ROLE orders_9 PASSWORD 'stolen'");
  await until("the named login to be back", () => signsIn("orders_2"));
  await until("the other one to be gone", async () => !(await signsIn("orders_9", "stolen")));
  await keeper.end();
});

test("while there is no database it waits, says why once, and shows no password", async () => {
  const away = postgres.beAwayFor(2_500);
  const keeper = await keep("orders_2");
  await until("the logins to be there", keeper.isHealthy);
  await away;
  await keeper.end();
  expect(keeper.output().match(/Connection refused/g)).toHaveLength(1);
  expect(keeper.output()).not.toContain(" word");
});

test("an owner that could sign in before goes on until its last client has left", async () => {
  await ask("ALTER ROLE orders LOGIN PASSWORD 'orders word'");
  const service = client("orders");
  await service.connect();
  await keepOnce("orders_2");
  expect(await signsIn("orders")).toBe(true);
  await service.end();
  const keeper = await keep("orders_2");
  await until("the owner to sign in no more", async () => !(await signsIn("orders")));
  await keeper.end();
});

test("provisioning again, as a new primary does, takes no login away", async () => {
  await keepOnce("orders_2");
  await provision();
  expect(await signsIn("orders_2")).toBe(true);
  expect(await signsIn("orders")).toBe(false);
});

test("a login that owns something is at least locked, and the reason is said", async () => {
  await keepOnce("orders_2 orders_3");
  await ask("CREATE SCHEMA kept AUTHORIZATION orders_3");
  const keeper = await keep("orders_2");
  await untilWritten(keeper, "cannot be dropped because some objects depend on it");
  expect(await keeper.isHealthy()).toBe(false);
  expect(await signsIn("orders_3")).toBe(false);
  await ask("DROP SCHEMA kept");
  await until("it to be gone", keeper.isHealthy);
  await keeper.end();
});
