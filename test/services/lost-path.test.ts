import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { Transform } from "node:stream";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { freePort } from "../support/processes.ts";

/** A router between a service and its database, which can be lost without a word. */
class Router {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  /** How many connections led to the database. */
  welcomed = 0;
  #busy = false;
  #crowded = false;

  constructor(databasePort: number) {
    this.#server = createServer((client) => {
      if (this.#busy) return void this.#sockets.push(client.on("error", () => undefined));
      const server = connect(databasePort, "127.0.0.1");
      for (const socket of [client, server]) socket.on("error", () => undefined);
      client.pipe(server).pipe(this.#welcome()).pipe(client);
      this.welcomed += 1;
      this.#sockets.push(client, server);
    });
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, "127.0.0.1"), "listening");
  }

  /** Nothing passes on connections that are there; new ones work, as through another router. */
  lose(): void {
    for (const socket of this.#sockets) socket.unpipe();
  }

  /** Connections that are there work; nothing comes of new ones. */
  beBusy(): void {
    this.#busy = true;
  }

  /** The database answers new connections at once, but takes seconds to let them in. */
  beCrowded(): void {
    this.#crowded = true;
  }

  #welcome(): Transform {
    let answers = 0;
    return new Transform({
      transform: (chunk, _encoding, done) => {
        answers += 1;
        // What a server says first, what it makes of a password, and that somebody is in.
        const slow = this.#crowded && (answers === 2 || answers === 3);
        setTimeout(done, slow ? 1_500 : 0, null, chunk);
      },
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

interface Outcome {
  step: string;
  error?: string;
  seconds: number;
}

let postgres: Postgres;
let router: Router;
let client: ChildProcess;
let output: Interface;

const password = "a password for tests";

/** As in a cluster: a login that takes on the role of the database's owner. */
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.createDatabase("visits", "nobody signs in with this");
  await postgres.query("postgres", `CREATE ROLE visits_1 LOGIN PASSWORD '${password}'`);
  await postgres.query("postgres", "GRANT visits TO visits_1");
  await postgres.query("postgres", "ALTER ROLE visits_1 SET role = visits");
}, 120_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  const port = await freePort();
  router = new Router(postgres.port);
  await router.listen(port);
  await postgres.query("visits", "CREATE TABLE visits (at timestamptz)");
  await postgres.query("visits", "ALTER TABLE visits OWNER TO visits");
  client = spawn("node", ["test/support/database-client.ts"], {
    env: {
      ...process.env,
      DATABASE_PORT: String(port),
      DATABASE_NAME: "visits",
      DATABASE_USER: "visits_1",
      DATABASE_PASSWORD: password,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  output = createInterface({ input: client.stdout ?? process.stdin });
});

afterEach(async () => {
  client.kill("SIGKILL");
  await router.close();
  await postgres.query("visits", "DROP TABLE visits");
});

/** Has the client do something; gives what came of it. */
async function step(name: string): Promise<Outcome> {
  const answer = once(output, "line");
  client.stdin?.write(`${name}\n`);
  const [line] = await answer;
  return JSON.parse(line);
}

const visits = async () => (await postgres.query("visits", "SELECT FROM visits")).length;

test("a read whose router is lost is made again within seconds", async () => {
  await step("read");
  router.lose();
  const { error, seconds } = await step("read");
  expect(error).toBeUndefined();
  expect(seconds).toBeGreaterThan(1);
  expect(seconds).toBeLessThan(5);
}, 30_000);

test("a transaction whose router is lost is made again, and takes effect once", async () => {
  await step("read");
  router.lose();
  const { error, seconds } = await step("write");
  expect(error).toBeUndefined();
  expect(seconds).toBeLessThan(5);
  expect(await visits()).toBe(1);
}, 30_000);

test("one whose router is lost at its end is not, and keeps nobody from its rows", async () => {
  expect(await step("write in two steps")).toEqual({ step: "inserted" });
  router.lose();
  const { error, seconds } = await step("go on");
  expect(error).toContain("database");
  expect(seconds).toBeLessThan(5);
  expect(await visits()).toBe(0);
  const open = await postgres.query(
    "postgres",
    "SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'",
  );
  expect(open).toHaveLength(0);
}, 30_000);

test("a connection that can't be made in time costs no other that is there", async () => {
  await step("read");
  router.beBusy();
  const { error, seconds } = await step("read beside a slow statement");
  expect(error).toBeUndefined();
  expect(seconds).toBeLessThan(4);
}, 30_000);

test("a server that is slow to let anybody in is not asked again and again", async () => {
  router.beCrowded();
  const { error, seconds } = await step("read");
  expect(error).toBeUndefined();
  expect(seconds).toBeGreaterThan(2.9);
  expect(seconds).toBeLessThan(5);
  expect(router.welcomed).toBeLessThan(4);
}, 30_000);

test("a statement that takes long is waited for", async () => {
  const { error, seconds } = await step("slow statement");
  expect(error).toBeUndefined();
  expect(seconds).toBeGreaterThan(2.9);
}, 30_000);

test.each([
  "read all columns, on every connection",
  "write and get all columns, on every connection",
  "use all columns in transactions, on every connection",
])("goes on when a newer release gives a table another column: %s", async (use) => {
  expect((await step(use)).error).toBeUndefined();
  await postgres.query("visits", "ALTER TABLE visits ADD COLUMN note text");
  expect((await step(use)).error).toBeUndefined();
});
