import { createInterface } from "node:readline";
import { Database } from "../../services/shared/database.ts";
import { createLogger } from "../../services/shared/logger.ts";

/**
 * A service's client of a database, for a test that can't load it: does what each line of its input
 * names, and writes what came of it as a line of JSON.
 */
const database = new Database(
  {
    host: "127.0.0.1",
    port: Number(process.env.DATABASE_PORT),
    name: process.env.DATABASE_NAME ?? "",
    user: process.env.DATABASE_USER ?? "",
    password: process.env.DATABASE_PASSWORD ?? "",
  },
  "test",
  createLogger("test", "fatal"),
);
const one = { name: "one", text: "SELECT 1" };
const all = { name: "all", text: "SELECT * FROM visits" };
const onEveryConnection = (use: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: 20 }, use));
const insert = { name: "insert", text: "INSERT INTO visits VALUES (now())" };
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => String((await lines.next()).value);

const steps: Record<string, () => Promise<unknown>> = {
  read: () => database.read(one),
  "read beside a slow statement": () =>
    Promise.all([
      database.query({ name: "second", text: "SELECT pg_sleep(1)" }),
      database.read(one),
    ]),
  write: () => database.transaction((transaction) => transaction.query(insert)),
  /** Waits for a line between the last statement and `COMMIT`. */
  "write in two steps": () =>
    database.transaction(async (transaction) => {
      await transaction.query(insert);
      console.log(JSON.stringify({ step: "inserted" }));
      await nextLine();
    }),
  "read all columns, on every connection": () => onEveryConnection(() => database.read(all)),
  "write and get all columns, on every connection": () =>
    onEveryConnection(() => database.query(all)),
  "use all columns in transactions, on every connection": () =>
    onEveryConnection(() => database.transaction((transaction) => transaction.query(all))),
  "slow statement": () => database.query({ name: "slow", text: "SELECT pg_sleep(3)" }),
};

for (let line = await nextLine(); line !== "end"; line = await nextLine()) {
  const started = performance.now();
  const error = await (steps[line]?.() ?? Promise.reject(new Error(`no step ${line}`))).then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ step: line, error, seconds }));
}
await database.close();
process.exit(0);
