import "./support/bundled-noble.ts";
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

test("one on each node, on the node's own ports 80 and 443, without root", async () => {
  const balancer = make();
  const { spec, parent } = only(orchestrator.daemons);
  expect(parent).toBe(balancer);
  expect(spec.ports).toEqual([
    { target: 8080, published: 80 },
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
  expect(spec.ports).toEqual([{ target: 8080, published: 8000 }]);
  expect(spec.secrets).toEqual([]);
  expect(orchestrator.secrets).toEqual([]);
});

test("metrics are published only if one says so", () => {
  make({ metricsPort: 9101 });
  expect(only(orchestrator.daemons).spec.ports).toContainEqual({ target: 8404, published: 9101 });
});

describe("two ports that are the same", () => {
  test.each<Partial<LoadBalancerArgs>>([
    { httpPort: 443 },
    { httpsPort: 80 },
    { metricsPort: 80 },
    { httpPort: 9000, metricsPort: 9000, tls: { disabled: true } },
  ])("%j", (args) => {
    expect(() => make(args)).toThrow(pulumi.InputPropertyError);
    expect(() => make(args)).toThrow(/port \d+ is given to two of/);
  });

  test("not with TLS off: its port is not used", () => {
    expect(() => make({ httpPort: 443, tls: { disabled: true } })).not.toThrow();
  });

  // The arguments are looked at after the component and its configuration file are registered.
  test.failing("nothing is registered", async () => {
    expect(() => make({ httpPort: 443 })).toThrow();
    expect((await recording.settled()).resources).toEqual([]);
  });
});

// The documentation says that they exclude each other.
test.failing("both a certificate and names to generate one for", () => {
  const certificate = { certificate: "CERT", privateKey: pulumi.secret("KEY") };
  expect(() => make({ tls: { certificate, hostNames: ["shop.example"] } })).toThrow(/hostNames/);
});
