import type { Static } from "typebox";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { readDatabaseSettings } from "./common-settings.ts";
import type { DatabaseSettings } from "./database.ts";
import type { SettingsReader } from "./settings.ts";

/** One shard's database, and the name by which the shards know each other. */
export interface ShardSettings {
  name: string;
  database: DatabaseSettings;
}

const Text = Type.String({ minLength: 1 });
const Shard = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,62}$" }),
    host: Text,
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    database: Text,
    user: Text,
    passwordFile: Text,
    caFile: Type.Optional(Text),
  },
  { additionalProperties: false },
);
const Shards = Type.Array(Shard, { minItems: 1 });
const shards = Compile(Shards);

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

function parseShards(reader: SettingsReader): Static<typeof Shards> {
  const list = parseJson(reader.string("DATABASE_SHARDS"));
  if (!shards.Check(list)) {
    const [first] = shards.Errors(list);
    const where = first ? ` (${first.instancePath || "the list"} ${first.message})` : "";
    reader.problem(`DATABASE_SHARDS is not valid${where}: ${WANTED}`);
    return [];
  }
  const names = list.map((shard) => shard.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return list;
  reader.problem(`DATABASE_SHARDS has the name ${twice} twice: give each shard a name of its own`);
  return [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
