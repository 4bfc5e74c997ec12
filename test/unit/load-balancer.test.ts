import { createPrivateKey, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { LoadBalancer, type LoadBalancerArgs } from "../../components/serving/load-balancer.ts";
import { promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

let orchestrator: RecordingOrchestrator;
let recording: Recording;
beforeEach(async () => {
  recording = await recordResources();
  orchestrator = new RecordingOrchestrator();
});

function make(args: Partial<LoadBalancerArgs> = {}): LoadBalancer {
  return new LoadBalancer("edge", {
    orchestrator,
    image: "registry/haproxy@sha256:1",
    networks: [],
    backend: { dnsName: "storefront", port: 8080 },
    ...args,
  });
}

/** What is wrong with an argument. */
function errorOf(args: Partial<LoadBalancerArgs>): pulumi.InputPropertyError {
  try {
    make(args);
  } catch (error) {
    if (pulumi.InputPropertyError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

test("one on each node, on the node's own ports 80 and 443, without root", async () => {
  const balancer = make();
  const { spec, parent } = only(orchestrator.daemons);
  expect(parent).toBe(balancer);
  expect(spec.ports).toEqual([
    { target: 8080, published: 80, http: {} },
    { target: 8443, published: 443 },
  ]);
  expect(spec.user).toBeUndefined();
  expect(spec.resources.memoryLimitMiB).toBe(128);
  expect(await promiseOf(balancer.ready)).toBeDefined();
});

test("a certificate is generated, mounted as a file, valid for its names and a secret", async () => {
  make({ tls: { hostNames: ["shop.example", "10.77.0.11"] } });
  const { spec } = only(orchestrator.secrets);
  const content = pulumi.output(spec.content);
  const pem = await promiseOf(content);
  const certificate = new X509Certificate(pem);
  expect(certificate.checkHost("shop.example")).toBe("shop.example");
  expect(certificate.checkIP("10.77.0.11")).toBe("10.77.0.11");
  const key = pem.slice(pem.indexOf("-----BEGIN EC PRIVATE KEY"));
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(await pulumi.isSecret(content)).toBe(true);
  const mounts = only(orchestrator.daemons).spec.secrets ?? [];
  expect(mounts.map((mount) => mount.path)).toEqual(["/run/secrets/certificate.pem"]);
  expect(await promiseOf(only(orchestrator.configFiles).spec.content)).toContain(
    "ssl crt /run/secrets/certificate.pem",
  );
});

test("a given certificate is used, and none generated", async () => {
  make({ tls: { certificate: { certificate: "CERT", privateKey: pulumi.secret("KEY") } } });
  await recording.settled();
  const content = pulumi.output(only(orchestrator.secrets).spec.content);
  expect(await promiseOf(content)).toBe("CERT\nKEY\n");
  expect(await pulumi.isSecret(content)).toBe(true);
  expect(recording.ofType("random:index/randomBytes:RandomBytes")).toEqual([]);
});

test("TLS off: one port, no certificate", async () => {
  make({ tls: { disabled: true }, httpPort: 8000 });
  const { spec } = only(orchestrator.daemons);
  expect(spec.ports).toEqual([{ target: 8080, published: 8000, http: {} }]);
  expect(spec.secrets).toEqual([]);
  expect(orchestrator.secrets).toEqual([]);
});

test("metrics are published only if one says so", () => {
  make({ metricsPort: 9101 });
  expect(only(orchestrator.daemons).spec.ports).toContainEqual({ target: 8404, published: 9101 });
});

describe("two ports that are the same", () => {
  test.each<[string, number, Partial<LoadBalancerArgs>]>([
    ["httpsPort", 443, { httpPort: 443 }],
    ["httpsPort", 80, { httpsPort: 80 }],
    ["metricsPort", 80, { metricsPort: 80 }],
    ["metricsPort", 443, { metricsPort: 443 }],
    ["metricsPort", 9000, { httpPort: 9000, metricsPort: 9000, tls: { disabled: true } }],
  ])("%s is %i: %j", (propertyPath, port, args) => {
    const reason = expect.stringMatching(
      `^is ${port}, which another port of the balancer is too: give each its own`,
    );
    expect(errorOf(args)).toMatchObject({ propertyPath, reason });
  });

  test("not with TLS off: its port is not used", () => {
    expect(() => make({ httpPort: 443, tls: { disabled: true } })).not.toThrow();
  });

  test("nothing is registered", async () => {
    expect(() => make({ httpPort: 443 })).toThrow();
    expect((await recording.settled()).resources).toEqual([]);
  });
});

test("not both a certificate and how to generate one; nothing is registered", async () => {
  const certificate = { certificate: "CERT", privateKey: pulumi.secret("KEY") };
  for (const [name, value] of [
    ["hostNames", ["shop.example"]],
    ["version", "2"],
  ] as const) {
    expect(errorOf({ tls: { certificate, [name]: value } })).toMatchObject({
      propertyPath: `tls.${name}`,
      reason: expect.stringMatching(/tls\.certificate is given: leave one of them out/),
    });
  }
  expect((await recording.settled()).resources).toEqual([]);
});

test("another version of the generated certificate has another key", async () => {
  const keys = "random:index/randomBytes:RandomBytes";
  make({ tls: { version: "2" } });
  await recording.settled();
  expect(recording.one(keys).name).toMatch(/-key-2$/);
  expect(errorOf({ tls: { version: "second" } })).toMatchObject({ propertyPath: "tls.version" });
});
