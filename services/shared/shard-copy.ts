import { bucketPrefix } from "./buckets.ts";
import type { Session } from "./database.ts";

/** A table whose rows each belong to one bucket. */
export interface BucketTable {
  name: string;
  /** Text column that starts with the bucket's prefix; an index on its first three characters. */
  id: string;
}

/** How many rows there are, and a hash of all that they contain. */
export interface Content {
  rows: number;
  digest: string;
}

const BATCH = 500;
const OWN_TABLES = ["shard", "shard_migrations", "buckets", "schema_migrations"];

/** @throws Error unless the tables are all there are, and of the same columns on all shards. */
export async function checkTables(
  sessions: ReadonlyMap<string, Session>,
  tables: readonly BucketTable[],
): Promise<void> {
  const expected = tables.map((table) => table.name).sort();
  let first: string | undefined;
  for (const [shard, session] of sessions) {
    const rows = await session.execute(
      `SELECT relname AS table, string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', '
                                           ORDER BY attnum) AS columns
       FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
         AND attnum > 0 AND NOT attisdropped AND NOT relname = ANY($1)
       GROUP BY relname ORDER BY relname COLLATE "C"`,
      [OWN_TABLES],
    );
    const found = rows.map((row) => String(row.table));
    if (found.join() !== expected.join()) {
      throw new Error(
        `${shard} has the tables ${found.join(", ")}, but this program moves ${expected.join(", ")}: ` +
          "use the program of the same release as the services, and name every table in it",
      );
    }
    const columns = rows.map((row) => `${row.table}(${row.columns})`).join("; ");
    first ??= columns;
    if (columns !== first) {
      throw new Error(`${shard} has other columns than the first shard: ${columns} / ${first}`);
    }
  }
}

/** Inside a transaction of the source and one of the target, whose bucket is empty. */
export async function copyRows(
  source: Session,
  target: Session,
  { name, id }: BucketTable,
  bucket: number,
): Promise<void> {
  const cursor = `${name}_of_bucket`;
  // As text of the whole row, which PostgreSQL reads back without a loss for every type.
  await source.execute(
    `DECLARE ${cursor} CURSOR FOR SELECT t::text AS row FROM ${name} AS t
     WHERE left(${id}, 3) = '${bucketPrefix(bucket)}'`,
  );
  for (let more = true; more; ) {
    const rows = await source.execute(`FETCH ${BATCH} FROM ${cursor}`);
    if (rows.length > 0) {
      await target.execute(`INSERT INTO ${name} SELECT * FROM unnest($1::${name}[])`, [
        rows.map((row) => String(row.row)),
      ]);
    }
    more = rows.length === BATCH;
  }
}

/** Of each table, by its name. */
export async function contentOf(
  session: Session,
  tables: readonly BucketTable[],
  bucket: number,
): Promise<Map<string, Content>> {
  const hashes = tables.map(
    ({ name, id }) =>
      `SELECT '${name}' AS table, encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS hash
       FROM ${name} AS t WHERE left(${id}, 3) = $1`,
  );
  const rows = await session.execute(
    `SELECT "table", count(*) AS rows, encode(sha256(convert_to(
              string_agg(hash, '' ORDER BY hash COLLATE "C"), 'UTF8')), 'hex') AS digest
     FROM (${hashes.join(" UNION ALL ")}) AS hashes GROUP BY "table"`,
    [bucketPrefix(bucket)],
  );
  const found = new Map(
    rows.map((row) => [String(row.table), { rows: Number(row.rows), digest: String(row.digest) }]),
  );
  return new Map(tables.map(({ name }) => [name, found.get(name) ?? { rows: 0, digest: "" }]));
}

/** Inside a transaction; in the reverse order of copying, for the sake of foreign keys. */
export async function deleteRows(
  session: Session,
  tables: readonly BucketTable[],
  bucket: number,
): Promise<void> {
  const deletes = [...tables]
    .reverse()
    .map(({ name, id }) => `DELETE FROM ${name} WHERE left(${id}, 3) = '${bucketPrefix(bucket)}'`);
  await session.execute(deletes.join("; "));
}
