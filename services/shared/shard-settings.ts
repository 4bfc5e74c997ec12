import { readDatabaseSettings } from "./common-settings.ts";
import type { DatabaseSettings } from "./database-connection.ts";
import type { SettingsReader } from "./settings.ts";

/** One shard's database, and the name by which the shards know each other. */
export interface ShardSettings {
  name: string;
  database: DatabaseSettings;
}

interface ListedShard {
  name: string;
  host: string;
  port: number;
  database: string;
  user: string;
  passwordFile: string;
  caFile?: string;
}

const WANTED =
  'set it to a JSON list of {"name":"shard-1","host":"shard-1","port":5432,"database":"orders",' +
  '"user":"orders","passwordFile":"/run/secrets/shard-1-password","caFile":"…"}, caFile being optional';

/** `DATABASE_SHARDS`; without it, the one database that `DATABASE_HOST` and so on describe. */
export function readShardSettings(reader: SettingsReader): ShardSettings[] {
  if (!reader.has("DATABASE_SHARDS")) {
    return [{ name: "shard-1", database: readDatabaseSettings(reader) }];
  }
  return parseShards(reader).map((shard) => {
    const { name, host, port, database, user, passwordFile, caFile } = shard;
    const label = `DATABASE_SHARDS, ${name}`;
    return {
      name,
      database: {
        host,
        port,
        name: database,
        user,
        password: reader.secretAt(`${label}, passwordFile`, passwordFile),
        ca: caFile === undefined ? undefined : reader.secretAt(`${label}, caFile`, caFile),
      },
    };
  });
}

function parseShards(reader: SettingsReader): ListedShard[] {
  const list = parseJson(reader.string("DATABASE_SHARDS"));
  if (!Array.isArray(list) || list.length === 0) {
    reader.problem(`DATABASE_SHARDS is not a JSON list of shards: ${WANTED}`);
    return [];
  }
  const wrong = list.findIndex((shard) => !isListedShard(shard));
  if (wrong >= 0) {
    reader.problem(`DATABASE_SHARDS: number ${wrong + 1} is not a shard's description: ${WANTED}`);
    return [];
  }
  const shards: ListedShard[] = list;
  const names = shards.map((shard) => shard.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return shards;
  reader.problem(`DATABASE_SHARDS has the name ${twice} twice: give each shard a name of its own`);
  return [];
}

function isListedShard(value: unknown): value is ListedShard {
  if (typeof value !== "object" || value === null) return false;
  const { name, port, caFile = "none", ...texts } = value as Partial<ListedShard>;
  const { host, database, user, passwordFile } = texts;
  return (
    typeof name === "string" &&
    /^[a-z][a-z0-9-]{0,62}$/.test(name) &&
    Number.isInteger(port) &&
    [host, database, user, passwordFile, caFile].every(
      (text) => typeof text === "string" && text !== "",
    )
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
