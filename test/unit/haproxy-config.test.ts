import * as fc from "fast-check";
import { haproxyConfig } from "../../components/serving/haproxy-config.ts";
import { section } from "./support/haproxy-section.ts";

const plain = { httpPort: 8080, metricsPort: 8404 };
const secure = { ...plain, https: { port: 8443, certificatePath: "/run/secrets/edge.pem" } };
const backend = { dnsName: "storefront", host: "tasks.storefront", port: 8080 };

test("replicas are found by the cluster's DNS, each by its own address, and checked", () => {
  const lines = section(haproxyConfig(plain, backend), "backend replicas");
  expect(lines).toContain("server-template replica 1-100 tasks.storefront:8080 check");
  const server = lines.find((line) => line.startsWith("default-server"));
  expect(server).toContain("resolvers cluster");
  expect(server).toContain("init-addr none");
  expect(lines).toContain("option httpchk GET /readyz");
  expect(lines).toContain("http-check expect status 200");
});

test("path of the check and number of replicas can be chosen", () => {
  const config = haproxyConfig(plain, { ...backend, readinessPath: "/up", maxReplicas: 50 });
  const lines = section(config, "backend replicas");
  expect(lines).toContain("option httpchk GET /up");
  expect(lines).toContain("server-template replica 1-50 tasks.storefront:8080 check");
});

test("a dead replica is checked twice a second and out after two failures", () => {
  const lines = section(haproxyConfig(plain, backend), "backend replicas");
  expect(lines.join("\n")).toMatch(/inter 500ms fall 2 /);
});

test("a check is as patient as a GET", () => {
  const config = haproxyConfig(plain, backend);
  expect(section(config, "backend replicas")).toContain(
    "http-request set-timeout server 3s if METH_GET",
  );
  expect(section(config, "defaults")).toContain("timeout check 3s");
});

test("only what changes nothing is sent twice", () => {
  const config = haproxyConfig(plain, backend);
  const lines = section(config, "backend replicas");
  expect(lines).toEqual(
    expect.arrayContaining([
      "http-request disable-l7-retry unless idempotent",
      "http-request set-timeout server 3s if METH_GET",
    ]),
  );
  expect(lines.filter((line) => line.startsWith("acl"))).toEqual([
    "acl idempotent method GET HEAD",
  ]);
  expect(section(config, "defaults").join("\n")).toMatch(/retry-on .*conn-failure/);
});

test("a POST that changes nothing the second time is one of them", () => {
  const idempotentPaths = ["/checkout", "/orders/*/cancel"];
  const config = haproxyConfig(plain, { ...backend, idempotentPaths });
  expect(section(config, "backend replicas")).toEqual(
    expect.arrayContaining([
      "acl idempotent method GET HEAD",
      "acl idempotent path /checkout",
      "acl idempotent path_reg ^/orders/[^/]+/cancel$",
    ]),
  );
});

test("what can't be repeated goes to replicas that have proven themselves, if there are any", () => {
  const config = haproxyConfig(plain, { ...backend, provenPath: "/proven" });
  expect(section(config, "frontend edge")).toContain(
    "use_backend proven if !METH_GET { nbsrv(proven) gt 0 }",
  );
  expect(section(config, "backend proven")).toEqual(
    section(config, "backend replicas").map((line) =>
      line
        .replace("/readyz", "/proven")
        .replace("inter 1s fall 2", "inter 500ms fall 1 slowstart 3s"),
    ),
  );
  expect(haproxyConfig(plain, backend)).not.toContain("proven ");
});

test("what clients claim of themselves is not passed on", () => {
  const lines = section(haproxyConfig(secure, backend), "frontend edge");
  expect(lines).toContain("http-request del-header X-Forwarded-For");
  for (const header of ["X-Forwarded-Proto", "X-Request-Id"]) {
    expect(lines.some((line) => line.startsWith(`http-request set-header ${header} `))).toBe(true);
  }
});

test("without TLS there is one port, and nobody is told to come back by HTTPS", () => {
  const lines = section(haproxyConfig(plain, backend), "frontend edge");
  expect(lines.filter((line) => line.startsWith("bind"))).toEqual(["bind :8080"]);
  expect(lines.join("\n")).not.toContain("Strict-Transport-Security");
});

test("with TLS there are two, HTTP/2 is offered, and nothing below TLS 1.2", () => {
  const config = haproxyConfig(secure, backend);
  const lines = section(config, "frontend edge");
  expect(lines).toContain("bind :8443 ssl crt /run/secrets/edge.pem alpn h2,http/1.1");
  expect(lines.join("\n")).toMatch(/Strict-Transport-Security.* if \{ ssl_fc \}/);
  expect(section(config, "global").join("\n")).toContain("ssl-min-ver TLSv1.2");
});

test("metrics stand on a port of their own, which tells nothing else", () => {
  const lines = section(haproxyConfig(plain, backend), "frontend metrics");
  expect(lines).toContain("bind :8404");
  expect(lines.at(-1)).toBe("http-request return status 404");
});

test("every wait has an end", () => {
  const lines = section(haproxyConfig(plain, backend), "defaults").join("\n");
  for (const wait of ["connect", "client", "server", "check", "queue", "http-request"]) {
    expect(lines).toMatch(new RegExp(`timeout ${wait} \\d+`));
  }
});

test("the same arguments give the same text: no difference at the next up", () => {
  fc.assert(
    fc.property(fc.nat(65_535), fc.boolean(), (port, tls) => {
      const make = () => haproxyConfig(tls ? secure : plain, { ...backend, port });
      expect(make()).toBe(make());
      expect(make().endsWith("\n")).toBe(true);
    }),
  );
});
