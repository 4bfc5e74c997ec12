import * as pulumi from "@pulumi/pulumi";
import {
  PostgresDatabase,
  type PostgresDatabaseArgs,
} from "../../components/data/postgres-database.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

let orchestrator: RecordingOrchestrator;
beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator();
});

function make(args: Partial<PostgresDatabaseArgs> = {}): PostgresDatabase {
  return new PostgresDatabase("db", {
    orchestrator,
    image: "registry/postgres@sha256:1",
    networks: [],
    databases: ["accounts", "orders"],
    ...args,
  });
}

test("a volume of its own in its zone, and no port of a node", async () => {
  const database = make({ zone: "zone-1" });
  const { spec, parent } = only(orchestrator.statefulSets);
  expect(parent).toBe(database);
  expect(spec.members).toEqual([{ name: "db", zone: "zone-1" }]);
  expect(spec.volumePath).toBe("/var/lib/postgresql/data");
  expect(spec.ports).toBeUndefined();
  expect(spec.user).toBe("999:999");
  expect(database.host).toBe("db");
  expect(await promiseOf(database.ready)).toBeDefined();
});

test("each database has a role with a password of its own", async () => {
  make();
  const contents = await Promise.all(
    orchestrator.secrets.map(({ spec }) => promiseOf(spec.content)),
  );
  expect(contents).toHaveLength(2);
  expect(new Set(contents).size).toBe(2);
  const { spec } = only(orchestrator.statefulSets);
  expect(spec.secrets?.map((mount) => mount.path)).toEqual([
    "/run/secrets/accounts-password",
    "/run/secrets/orders-password",
  ]);
  expect(spec.environment).toEqual({ DATABASES: "accounts orders" });
});

test("a service gets what it needs to reach its own database and no other's password", async () => {
  const { environment, secrets } = make().connection("orders");
  expect(environment).toEqual({
    DATABASE_HOST: "db",
    DATABASE_PORT: "5432",
    DATABASE_NAME: "orders",
    DATABASE_USER: "orders",
    DATABASE_PASSWORD_FILE: "/run/secrets/database-password",
  });
  expect(secrets.map((mount) => mount.path)).toEqual([environment.DATABASE_PASSWORD_FILE]);
  expect(await promiseOf(only(secrets).secret.id)).toBe("db-orders-password-id");
});

test("an unknown database: the error names those that are there", () => {
  const database = make();
  expect(() => database.connection("payments")).toThrow(
    /no database "payments" on db: its databases are accounts, orders/,
  );
});

test("buffers are sized after the limit, and parameters of one's own come first", () => {
  make({ memoryLimitMiB: 1024, parameters: { max_connections: 50, jit: false } });
  const { command, resources } = only(orchestrator.statefulSets).spec;
  expect(resources.memoryLimitMiB).toBe(1024);
  const parameters = (command ?? []).filter((argument) => argument !== "-c");
  expect(parameters).toEqual(
    expect.arrayContaining([
      "shared_buffers=256MB",
      "effective_cache_size=768MB",
      "max_connections=50",
      "jit=false",
    ]),
  );
  expect(parameters).not.toContain("max_connections=200");
  expect(command?.filter((argument) => argument === "-c")).toHaveLength(parameters.length);
});

describe("a bad name of a database", () => {
  test.each([["Orders"], ["1st"], ["my-orders"], [""], ["a b"], ["a".repeat(64)], ["a;drop"]])(
    "%j",
    (name) => {
      const attempt = () => make({ databases: ["accounts", name] });
      expect(attempt).toThrow(pulumi.InputPropertyError);
      expect(attempt).toThrow(`has "${name}": give`);
    },
  );

  test("none at all", () => {
    expect(() => make({ databases: [] })).toThrow(pulumi.InputPropertyError);
  });

  test("the error names the argument", () => {
    try {
      make({ databases: ["Orders"] });
    } catch (error) {
      expect(error).toMatchObject({ propertyPath: "databases" });
    }
    expect.assertions(1);
  });

  // Two secrets of the same name, else: Pulumi fails later, with a URN instead of the argument.
  test("the same one twice", () => {
    const attempt = () => make({ databases: ["accounts", "orders", "orders"] });
    expect(attempt).toThrow(pulumi.InputPropertyError);
    expect(attempt).toThrow(/has "orders": give .*each once/);
  });
});
