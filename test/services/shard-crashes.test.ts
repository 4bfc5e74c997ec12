import type pg from "pg";
import type { Row, Session } from "../../services/shared/database.ts";
import { BucketMover } from "../../services/shared/shard-mover.ts";
import { MOVER_LOCK, SHARD_MIGRATIONS } from "../../services/shared/shard-schema.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const BUCKET = 7;
const OTHER = 8;
const TABLES = [
  { name: "parents", id: "id" },
  { name: "children", id: "parent_id" },
];

const servers = new Map<string, Postgres>();
const observers = new Map<string, pg.Client>();

async function connect(server: Postgres): Promise<pg.Client> {
  const client = await server.connect("shop");
  client.on("error", () => undefined);
  return client;
}

beforeAll(async () => {
  for (const name of ["shard-1", "shard-2"]) {
    const server = await startPostgres();
    servers.set(name, server);
    await server.createDatabase("shop", "shop-password");
    observers.set(name, await connect(server));
    for (const { sql } of SHARD_MIGRATIONS.migrations) await query(name, sql);
    await query(
      name,
      "CREATE TABLE parents (id text PRIMARY KEY, body jsonb, at timestamptz DEFAULT now())",
    );
    await query(
      name,
      "CREATE TABLE children (parent_id text PRIMARY KEY REFERENCES parents, price numeric, note text)",
    );
  }
  await query("shard-1", `INSERT INTO buckets VALUES (${BUCKET}, 'owned'), (${OTHER}, 'owned')`);
  await query(
    "shard-1",
    `INSERT INTO parents SELECT prefix || n, '{"nothing": null, "text": "a \\"b\\" \\\\, (c)"}'
     FROM unnest(ARRAY['007-', '008-']) AS prefix, generate_series(1, 510) AS n`,
  );
  await query(
    "shard-1",
    `INSERT INTO children SELECT id, 0.10, CASE WHEN id LIKE '%1' THEN NULL ELSE E'"\\n\\\\' END FROM parents`,
  );
}, 400_000);

afterAll(async () => {
  for (const client of observers.values()) await client.end();
  for (const server of servers.values()) await server.stop();
});

/** A mover's connections, all of which die at once when the given number of statements is reached. */
class Connections {
  readonly sessions = new Map<string, Session>();
  readonly #clients: pg.Client[] = [];
  readonly #dieAt: number;
  readonly #moment: "before" | "after";
  #statements = 0;

  constructor(dieAt = Number.POSITIVE_INFINITY, moment: "before" | "after" = "before") {
    this.#dieAt = dieAt;
    this.#moment = moment;
  }

  async open(): Promise<this> {
    for (const [name, server] of servers) {
      const client = await connect(server);
      this.#clients.push(client);
      await client.query(`SELECT pg_advisory_lock(${MOVER_LOCK})`);
      const execute: Session["execute"] = async (sql, parameters) => {
        this.#statements += 1;
        if (this.#statements > this.#dieAt) throw new Error("dead");
        const last = this.#statements === this.#dieAt;
        if (last && this.#moment === "before") await this.close();
        const result = parameters
          ? await client.query<Row>(sql, [...parameters])
          : await client.query<Row>(sql);
        if (last) await this.close();
        return result.rows;
      };
      this.sessions.set(name, { execute, query: async () => [] });
    }
    return this;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.end();
  }
}

async function query(name: string, sql: string): Promise<Row[]> {
  return (await observers.get(name)?.query<Row>(sql))?.rows ?? [];
}

async function statesOf(bucket: number): Promise<string> {
  const states = [];
  for (const name of servers.keys()) {
    const [row] = await query(name, `SELECT state, move FROM buckets WHERE bucket = ${bucket}`);
    states.push(row?.state ?? "none");
  }
  return states.join(" ");
}

/** Both tables' rows of the bucket on one shard, in one text. */
async function content(name: string, prefix: string): Promise<string> {
  const rows = await query(
    name,
    `SELECT p::text || c::text AS row FROM parents AS p JOIN children AS c ON parent_id = id
     WHERE id LIKE '${prefix}-%' ORDER BY id COLLATE "C"`,
  );
  return rows.map((row) => String(row.row)).join("\n");
}

/** All that a reader may meet: the owner has all rows, whatever is on the other side. */
async function checkOwner(states: string, expected: string): Promise<void> {
  const allowed = [
    "owned none",
    "moving none",
    "moving incoming",
    "owned incoming",
    "moved incoming",
    "moved owned",
    "none owned",
  ];
  expect(allowed).toContain(states);
  const owner = /^(owned|moving)/.test(states) ? "shard-1" : "shard-2";
  expect(await content(owner, "007")).toBe(expected);
}

const THERE = { bucket: BUCKET, from: "shard-1", to: "shard-2" };
const BACK = { bucket: BUCKET, from: "shard-2", to: "shard-1" };

test.each(["before", "after"] as const)(
  "a mover that dies %s any of its statements leaves one owner with all rows",
  async (moment) => {
    const expected = await content("shard-1", "007");
    const other = await content("shard-1", "008");
    expect(expected.length).toBeGreaterThan(30_000);
    const met = new Set<string>();
    for (let dieAt = 1; ; dieAt += 1) {
      const doomed = await new Connections(dieAt, moment).open();
      const moved = await new BucketMover(doomed.sessions, TABLES).move(THERE).then(
        () => true,
        () => false,
      );
      await doomed.close();
      const states = await statesOf(BUCKET);
      met.add(states);
      await checkOwner(states, expected);

      const next = await new Connections().open();
      const mover = new BucketMover(next.sessions, TABLES);
      await mover.recover();
      const recovered = await statesOf(BUCKET);
      expect(["owned none", "none owned"]).toContain(recovered);
      if (recovered === "owned none") await mover.move(THERE);
      expect(await content("shard-1", "007")).toBe("");
      expect(await content("shard-2", "007")).toBe(expected);
      await mover.move(BACK);
      await next.close();
      if (moved) break;
    }
    expect(await content("shard-1", "007")).toBe(expected);
    expect(await content("shard-1", "008")).toBe(other);
    for (const state of ["moving none", "moving incoming", "moved incoming", "moved owned"]) {
      expect(met).toContain(state);
    }
  },
  400_000,
);

test("a mover that dies while it clears up after another is cleared up after, too", async () => {
  const expected = await content("shard-1", "007");
  const move = "6f0e0d6a-4d0e-4f4e-9c64-0c6f1d1c7a10";
  for (let dieAt = 1; ; dieAt += 1) {
    const first = await new Connections().open();
    await new BucketMover(first.sessions, TABLES).move(THERE);
    await first.close();
    // As if the source had not been told yet that all is well.
    await query(
      "shard-2",
      `UPDATE buckets SET state = 'incoming', peer = 'shard-1', move = '${move}'`,
    );
    await query("shard-1", `INSERT INTO buckets VALUES (${BUCKET}, 'moved', 'shard-2', '${move}')`);
    const doomed = await new Connections(dieAt).open();
    const recovered = await new BucketMover(doomed.sessions, TABLES).recover().then(
      () => true,
      () => false,
    );
    await doomed.close();
    const next = await new Connections().open();
    const mover = new BucketMover(next.sessions, TABLES);
    await mover.recover();
    expect(await statesOf(BUCKET)).toBe("none owned");
    expect(await content("shard-2", "007")).toBe(expected);
    await mover.move(BACK);
    await next.close();
    if (recovered) break;
  }
  expect(await content("shard-1", "007")).toBe(expected);
}, 400_000);
