import { databaseRouterConfig, routerPorts } from "../../components/data/database-router-config.ts";
import { patroniConfiguration } from "../../components/data/patroni-configuration.ts";
import { haproxyConfig } from "../../components/serving/haproxy-config.ts";
import { metrics, resolvers } from "../../components/serving/haproxy-parts.ts";
import { section } from "./support/haproxy-section.ts";

const members = ["db-1", "db-2"].map((name) => ({ name, host: name }));
const config = databaseRouterConfig(members);
const servers = (name: string) =>
  section(config, `backend ${name}`).filter((line) => line.startsWith("server "));

test("one port leads to the primary, the other to standbys", () => {
  expect(section(config, "frontend primary")).toEqual(["bind :5432", "default_backend primary"]);
  expect(section(config, "frontend standbys")).toContain("bind :5433");
  expect(section(config, "frontend standbys")).toContain("default_backend standbys");
  expect(routerPorts).toMatchObject({ primary: 5432, standbys: 5433 });
});

test("who is which, Patroni says of itself", () => {
  expect(section(config, "backend primary")).toContain("option httpchk OPTIONS /primary");
  expect(section(config, "backend standbys")).toContain("option httpchk OPTIONS /replica?lag=16MB");
  for (const name of ["primary", "standbys"]) {
    expect(section(config, `backend ${name}`)).toContain("http-check expect status 200");
    expect(servers(name)).toEqual([
      "server db-1 db-1:5432 check port 8008",
      "server db-2 db-2:5432 check port 8008",
    ]);
  }
});

// Later, connections would be led to the old and the new one by turns.
test("a primary that is silent is found out before another takes over", () => {
  const seconds = (pattern: RegExp) => {
    const [, number, unit] = pattern.exec(config) ?? [];
    return Number(number) / (unit === "ms" ? 1_000 : 1);
  };
  const check = seconds(/timeout check (\d+)(m?s)/);
  const until = seconds(/inter (\d+)(m?s)/) + check + seconds(/fastinter (\d+)(m?s)/) + check;
  const { ttl, loop_wait } = patroniConfiguration("synchronous", 512, {}) as Record<string, number>;
  expect(until).toBeLessThan(Number(ttl) - Number(loop_wait));
});

// A server that goes on as a standby would answer the old connections with errors, or worse, with
// what was true before.
test("connections to a member that is no longer what it was are shut", () => {
  for (const name of ["primary", "standbys"]) {
    const [defaults] = section(config, `backend ${name}`).filter((line) =>
      line.startsWith("default-server"),
    );
    expect(defaults).toContain("on-marked-down shutdown-sessions");
    expect(defaults).toContain("fall 2 rise 1");
    expect(defaults).toContain("resolvers cluster");
    expect(defaults).toContain("init-addr none");
  }
});

test("reads go to the primary where there is no standby, and to the least busy one else", () => {
  expect(section(config, "frontend standbys")).toContain(
    "use_backend primary if { nbsrv(standbys) eq 0 }",
  );
  expect(section(config, "backend standbys")).toContain("balance leastconn");
  expect(section(config, "backend primary").join("\n")).not.toContain("balance");
});

test("every wait has an end, and a router that is replaced ends before it is killed", () => {
  const lines = section(config, "defaults").join("\n");
  for (const wait of ["connect", "client", "server", "check", "queue"]) {
    expect(lines).toMatch(new RegExp(`timeout ${wait} \\d+`));
  }
  expect(section(config, "global")).toContain("hard-stop-after 20s");
});

test("what is measured is the same as at the edge; members' names are asked for less often than replicas'", () => {
  const edge = haproxyConfig(
    { httpPort: 8080, metricsPort: routerPorts.metrics },
    { dnsName: "storefront", host: "tasks.storefront", port: 8080 },
  );
  for (const text of [config, edge]) expect(text).toContain(metrics(routerPorts.metrics));
  expect(config).toContain(resolvers("2s"));
  expect(edge).toContain(resolvers("500ms"));
});

test("the same members give the same text: no difference at the next up", () => {
  expect(databaseRouterConfig(members)).toBe(config);
  expect(config.endsWith("\n")).toBe(true);
});
