import { selfSignedCertificate } from "../../components/security/self-signed-certificate.ts";
import type { Settings } from "../../settings.ts";
import { report } from "../../stack/report.ts";
import { pair, provided, read, said } from "./support/settings.ts";

const otherPair = selfSignedCertificate("2".repeat(64), ["shop.example"]);

describe("settings that don't go together", () => {
  test.each<[string, Record<string, string>, keyof Settings, RegExp]>([
    ["two ports of the edge", { httpPort: "443" }, "httpsPort", /is 443 as httpPort is: give/],
    ["the registry's port", { registryPort: "80" }, "registryPort", /is 80 as httpPort is: give/],
    [
      "the status page's",
      { monitoring: "on", statusPort: "5000" },
      "statusPort",
      /is 5000 as registryPort is: give/,
    ],
    ["the same, TLS", { registryPort: "443" }, "registryPort", /is 443 as httpsPort is: give/],
    [
      "the registry's address has another port",
      { registryAddress: "10.77.0.11:5001" },
      "registryAddress",
      /is 10\.77\.0\.11:5001, but registryPort is 5000: give the same port/,
    ],
    [
      "every commit on a standby, and no zone for one",
      { replication: "strict", zones: '["zone-1"]' },
      "replication",
      /is strict, but in a single zone.*give synchronous, or name more zones/,
    ],
    [
      "a schedule without a full backup",
      { backupSchedule: '["incr 0 * * * *"]' },
      "backupSchedule",
      /has no full backup, on which others build: add one, as in "full 0 1 \* \* 0"/,
    ],
    [
      "a schedule with a kind of backup twice",
      { backupSchedule: '["full 0 1 * * 0", "full 0 1 * * 3"]' },
      "backupSchedule",
      /has "full" twice: give each kind once/,
    ],
    [
      "a copy of a shard that is not there",
      { restoredClusters: '["shard-2-old shard-2 2026-11-24T22:00:00Z"]' },
      "restoredClusters",
      /has "shard-2-old" of shard-2, which is no cluster: give one of products-db, shard-1/,
    ],
    [
      "two copies of one name",
      {
        restoredClusters:
          '["shard-1-old shard-1 2026-11-24T22:00:00Z", "shard-1-old shard-1 2026-11-24T23:00:00Z"]',
      },
      "restoredClusters",
      /has "shard-1-old" twice: give each a name of its own/,
    ],
    [
      "a copy, and no backups",
      { backup: "off", restoredClusters: '["shard-1-old shard-1 2026-11-24T22:00:00Z"]' },
      "restoredClusters",
      /needs backups, which are off: leave it out, or have backups/,
    ],
    [
      "somebody to tell, and nobody who does",
      { monitoring: "off", alertWebhooks: "https://chat.example/hooks/TOKEN" },
      "alertWebhooks",
      /is set, but monitoring is off: turn that on, or leave this out/,
    ],
    ["no certificate", { tls: "provided" }, "tlsCertificate", /missing.*pulumi config set tlsCert/],
    ["no key", provided, "tlsPrivateKey", /missing.*pulumi config set --secret tlsPrivateKey/],
    [
      "another certificate's key",
      { ...provided, tlsPrivateKey: otherPair.privateKey },
      "tlsPrivateKey",
      /does not belong to tlsCertificate: give the key/,
    ],
    [
      "a damaged certificate",
      {
        ...provided,
        tlsCertificate: pair.certificate.replace(/MII/, "AAA"),
        tlsPrivateKey: pair.privateKey,
      },
      "tlsCertificate",
      /can't be read: give it as PEM/,
    ],
  ])("%s", (_, values, setting, reason) => {
    expect(said(values, setting)).toMatch(reason);
  });

  test("no TLS: its port and its certificate don't matter", () => {
    expect(read({ tls: "off", httpPort: "443" }).problems).toEqual([]);
    expect(read({ tls: "off", registryPort: "443" }).problems).toEqual([]);
  });

  test("no monitoring: the port of its page doesn't matter", () => {
    expect(read({ monitoring: "off", registryPort: "8090" }).problems).toEqual([]);
  });

  test("a certificate and its key", () => {
    const values = { ...provided, tlsPrivateKey: pair.privateKey };
    expect(read(values).problems).toEqual([]);
    expect(read(values).settings).toMatchObject(values);
  });

  describe("a certificate that is not valid now", () => {
    afterEach(() => jest.useRealTimers());

    test.each([
      ["has ended", "2050-01-01"],
      ["is not valid yet", "2024-12-31"],
    ])("%s", (_, now) => {
      jest.useFakeTimers({ now: new Date(now) });
      const { problems } = read({ ...provided, tlsPrivateKey: pair.privateKey });
      expect(problems.map((problem) => problem.setting)).toEqual(["tlsCertificate"]);
      expect(problems[0]?.reason).toMatch(
        /is valid from Jan .* 2025 GMT to Jan .* 2045 GMT: give one that is valid now/,
      );
    });
  });

  test("a damaged private key: the key is blamed and not the certificate", () => {
    const damaged = pair.privateKey.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
    const { problems } = read({ ...provided, tlsPrivateKey: damaged });
    expect(problems.map((problem) => problem.setting)).toEqual(["tlsPrivateKey"]);
    expect(problems[0]?.reason).toMatch(/can't be read: give it as PEM, without a passphrase/);
  });

  test("a damaged pair: both are told", () => {
    const damage = (pem: string) => pem.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
    const { problems } = read({
      tls: "provided",
      tlsCertificate: damage(pair.certificate),
      tlsPrivateKey: damage(pair.privateKey),
    });
    expect(problems.map((problem) => problem.setting)).toEqual(["tlsCertificate", "tlsPrivateKey"]);
  });

  test("a port that three want is told for the second and the third", () => {
    const { problems } = read({ httpPort: "443", registryPort: "443" });
    expect(problems.map((problem) => problem.setting)).toEqual(["httpsPort", "registryPort"]);
  });

  test("the registry's address and port, both other than the default", () => {
    const values = { registryAddress: "registry.example:5001", registryPort: "5001" };
    expect(read(values).problems).toEqual([]);
  });
});

describe("secrets", () => {
  const key = pair.privateKey;

  test("a secret in plain text: how to set it, and not a word of it", () => {
    const { problems } = read({ tlsPrivateKey: key }, { secrets: new Set() });
    expect(report(problems)).toContain("pulumi config set --secret tlsPrivateKey");
    expect(report(problems)).not.toContain(key.split("\n")[1]);
  });

  test.each(["chat.example/TOKEN", "ftp://chat.example/TOKEN", "https://one https:///TOKEN"])(
    "webhooks that are none are told, and not shown: %s",
    (alertWebhooks) => {
      const { problems } = read({ monitoring: "on", alertWebhooks });
      expect(problems).toEqual([
        {
          setting: "alertWebhooks",
          reason:
            "is not what it should be: give URLs that begin with http:// or https://, separated by spaces",
        },
      ]);
    },
  );

  test("a secret with a bad value is not shown", () => {
    const { problems } = read({ tlsPrivateKey: "hunter2 hunter2" });
    expect(problems.map((problem) => problem.setting)).toEqual(["tlsPrivateKey"]);
    expect(report(problems)).not.toContain("hunter2");
  });

  test("the value of an unknown setting is not shown: it may be a secret with a mistyped name", () => {
    expect(report(read({ tlsPrivatKey: "hunter2" }).problems)).not.toContain("hunter2");
  });

  // Whatever was set with --secret is a secret.
  test("a secret in the place of another setting is not shown", () => {
    const secrets = new Set(["registryAddress"]);
    const { problems } = read({ registryAddress: "hunter2" }, { secrets });
    expect(problems).toHaveLength(1);
    expect(report(problems)).not.toContain("hunter2");
  });
});
