import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsError, SettingsReader } from "../../services/shared/settings.ts";
import { readShardSettings, type ShardSettings } from "../../services/shared/shard-settings.ts";

let folder: string;
let passwordFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ha-store-shard-settings-"));
  passwordFile = join(folder, "password");
  await writeFile(passwordFile, "hunter22\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function shard(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const place = { host: name, port: 5432, database: "orders", user: "orders" };
  return { name, ...place, passwordFile, ...changes };
}

function read(env: Record<string, string>): ShardSettings[] {
  const reader = new SettingsReader(env);
  const shards = readShardSettings(reader);
  reader.finish();
  return shards;
}

function problem(list: unknown): string {
  try {
    read({ DATABASE_SHARDS: typeof list === "string" ? list : JSON.stringify(list) });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.join("\n");
    throw error;
  }
  return "";
}

test("each shard with its password and the authority that its certificate leads to", () => {
  const list = [shard("shard-1"), shard("shard-2", { port: 5433, caFile: passwordFile })];
  expect(read({ DATABASE_SHARDS: JSON.stringify(list) })).toEqual([
    {
      name: "shard-1",
      database: {
        ...{ host: "shard-1", port: 5432, name: "orders", user: "orders" },
        ...{ password: "hunter22", ca: undefined },
      },
    },
    {
      name: "shard-2",
      database: {
        ...{ host: "shard-2", port: 5433, name: "orders", user: "orders" },
        ...{ password: "hunter22", ca: "hunter22" },
      },
    },
  ]);
});

test("without the list: one shard, from the settings of one database", () => {
  const shards = read({
    DATABASE_HOST: "db",
    DATABASE_NAME: "orders",
    DATABASE_USER: "orders",
    DATABASE_PASSWORD_FILE: passwordFile,
  });
  expect(shards).toMatchObject([{ name: "shard-1", database: { host: "db", port: 5432 } }]);
});

test.each([
  ["no JSON", "shard-1,shard-2", "is not a JSON list of shards: set it to"],
  ["no list", {}, "is not a JSON list of shards: set it to"],
  ["an empty list", [], "is not a JSON list of shards: set it to"],
  ["a number for a shard", [1], "number 1 is not a shard's description: set it to"],
  ["null for a shard", [null], "number 1 is not a shard's description"],
  ["a port as text", [{ name: "shard-1", port: "5432" }], "number 1 is not"],
  ["no host", [{ name: "shard-1", port: 5432 }], "number 1 is not"],
])("%s is refused, with what to write instead", (_what, list, expected) => {
  expect(problem(list)).toContain(expected);
});

test("a name twice, a bad name, a file that is not there", () => {
  expect(problem([shard("shard-1"), shard("shard-1")])).toContain("has the name shard-1 twice");
  expect(problem([shard("shard-1"), shard("Shard 2")])).toContain("number 2 is not");
  expect(problem([shard("shard-1", { passwordFile: join(folder, "no") })])).toBe(
    `DATABASE_SHARDS, shard-1, passwordFile=${folder}/no is not valid: ` +
      "set it to a readable file that holds the secret (ENOENT)",
  );
});
