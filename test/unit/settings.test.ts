import * as fc from "fast-check";
import { defaultOf, type Settings, settingNames } from "../../settings.ts";
import { report } from "../../stack/report.ts";
import { pair, provided, read, said } from "./support/settings.ts";

const wholeNumber = /give a whole number from \d+ to \d+/;
const boundsByService = /give bounds by service, such as {"storefront": {"minReplicas": 2, /;
const engines = /give unix:\/\/\/PATH, tcp:\/\/HOST:PORT or ssh:\/\/USER@HOST/;

describe("a bad value: the problem names the setting, the value and the fix", () => {
  test.each<[keyof Settings, string, RegExp]>([
    ["orchestrator", "nomad", /give one of swarm/],
    ["orchestrator", "", /give one of swarm/],
    ["dockerHost", "10.77.0.11:2375", engines],
    ["dockerHost", "tcp://10.77.0.11", engines],
    ["dockerHost", "tcp://10.77.0.11:docker", engines],
    ["dockerHost", "https://engine.example", engines],
    ["dockerHost", "tcp://10.77.0.11:2375x", engines],
    ["dockerHost", "tcp://10.77.0.11:2375/v1.40", engines],
    ["dockerHost", "unix:///", engines],
    ["dockerHost", "ssh://root@node-1 ", engines],
    ["zones", "zone-1", /give a list of values of the node label zone/],
    ["zones", '["zone-1","zone-1"]', /each once/],
    ["zones", '["zone 1"]', /give a list/],
    ["zones", "[1, 2]", /give a list/],
    ["zones", '{"zone-1": true}', /give a list/],
    ["storeName", "", /give a name of 1 to 60 characters/],
    ["storeName", "x".repeat(61), /give a name of 1 to 60 characters/],
    ["storeName", "two\nlines", /give a name of 1 to 60 characters/],
    ["storefrontReplicas", "0", wholeNumber],
    ["storefrontReplicas", "-1", wholeNumber],
    ["catalogReplicas", "101", wholeNumber],
    ["catalogReplicas", "2.5", wholeNumber],
    ["accountsReplicas", "two", wholeNumber],
    ["accountsReplicas", "", wholeNumber],
    ["ordersReplicas", "true", wholeNumber],
    ["ordersReplicas", "1e1", wholeNumber],
    ["autoscaling", "on", boundsByService],
    ["autoscaling", '["storefront"]', boundsByService],
    ["autoscaling", "null", boundsByService],
    ["autoscaling", '{"registry": {}}', /registry is no service that can be scaled: give storef/],
    ["autoscaling", '{"catalog": 3}', /catalog has no bounds: give them as in {"storefront"/],
    [
      "autoscaling",
      '{"catalog": {"minReplicas": 2, "maxReplicas": 1, "cpuCores": 1}}',
      /catalog\.maxReplicas is 1: give a whole number from minReplicas \(2\) to 100/,
    ],
    [
      "autoscaling",
      '{"catalog": {"minReplicas": 2, "maxReplicas": "6", "cpuCores": 1}}',
      /catalog\.maxReplicas is "6": give a whole number/,
    ],
    [
      "autoscaling",
      '{"catalog": {"minReplicas": 2, "maxReplicas": 6}}',
      /catalog\.requestsPerSecond is missing, and so is cpuCores: give at least one of them/,
    ],
    [
      "autoscaling",
      '{"catalog": {"minReplicas": 2, "maxReplicas": 6, "cpu": 1, "cpuCores": 1}}',
      /catalog\.cpu is unknown: remove it, or give one of minReplicas, maxReplicas, requests/,
    ],
    ["seedProducts", "0", wholeNumber],
    ["seedProducts", "100001", wholeNumber],
    ["cancellationMinutes", "-1", wholeNumber],
    ["cancellationMinutes", "10081", wholeNumber],
    ["httpPort", "0", wholeNumber],
    ["httpPort", "65536", wholeNumber],
    ["httpPort", "http", wholeNumber],
    ["httpsPort", "0x1bb", wholeNumber],
    ["registryPort", "[5000]", wholeNumber],
    ["tls", "on", /give one of generated, provided, off/],
    ["tls", "true", /give one of generated, provided, off/],
    ["tlsCertificate", "/etc/tls.pem", /give a certificate as PEM/],
    ["hostNames", "shop.example", /give a list of DNS names/],
    ["hostNames", '["https://shop.example"]', /give a list of DNS names/],
    ["hostNames", '["shop.example:8443"]', /give a list of DNS names and IP addresses/],
    ["hostNames", '["fd00::1::2"]', /give a list of DNS names and IP addresses/],
    ["hostNames", '["fe80::1%eth0"]', /give a list of DNS names and IP addresses/],
    ["hostNames", "[]", /give a list of DNS names and IP addresses/],
    ["encryptNetworks", "yes", /give true or false/],
    ["encryptNetworks", "1", /give true or false/],
    ["administrators", '["ada"]', /give a list of e-mail addresses, each once/],
    ["retainVolumes", "no", /give true or false/],
    ["serviceMemoryMiB", "64", wholeNumber],
    ["serviceMemoryMiB", "192MiB", wholeNumber],
    ["shards", "0", wholeNumber],
    ["shards", "65", wholeNumber],
    ["databaseMemoryMiB", "127", wholeNumber],
    ["replication", "sync", /give one of asynchronous, synchronous, strict/],
    ["replication", "true", /give one of asynchronous, synchronous, strict/],
    ["cacheMemoryMiB", "7", wholeNumber],
    ["backup", "s3", /give one of volume, off/],
    ["backup", "false", /give one of volume, off/],
    [
      "backupSchedule",
      "daily",
      /give a list of kinds of backup and cron expressions such as "full/,
    ],
    [
      "backupSchedule",
      '["full 0 25 * * *"]',
      /give a list of kinds of backup and cron expressions/,
    ],
    ["backupRetention", "0", wholeNumber],
    ["backupRetention", "1001", wholeNumber],
    ["backup", "s3", /give one of volume, off/],
    ["backupSchedule", '["full daily"]', /give a list of kinds of backup and cron expressions/],
    ["backupRetention", "0", wholeNumber],
    [
      "restoredClusters",
      '["shard-1-2 shard-1 2026-11-24T22:00:00Z"]',
      /give a list of names, clus/,
    ],
    [
      "restoredClusters",
      '["before shard-1 2026-11-24T22:00:00Z"]',
      /such as "shard-1-before shard-1 2/,
    ],
    [
      "restoredClusters",
      '["shard-1-before shard-1 yesterday"]',
      /give a list of names, clusters and/,
    ],
    ["secretVersions", "sessions", /give a list for some of cache, certificate, databases,/],
    ["secretVersions", '["sessions"]', /give a list for some of cache, certificate, databases,/],
    ["secretVersions", '{"session":["2"]}', /: "session" is none of cache, .*, sessions, token$/],
    ["secretVersions", '{"sessions":"2"}', /: sessions is no list: write it as \["1"\]$/],
    ["secretVersions", '{"sessions":[]}', /: sessions is empty: give the version that is used/],
    ["secretVersions", '{"token":["2","2"]}', /: token has "2" twice: give each version once/],
    ["secretVersions", '{"cache":["3","2","1"]}', /: cache has 3 versions: .* at most one more/],
    ["secretVersions", '{"registry":["new"]}', /: registry has "new": give whole numbers from 1/],
    ["secretVersions", '{"databases":[1.5]}', /: databases has "1.5": give whole numbers from 1/],
    ["secretVersions", '{"certificate":["2","1"]}', /: certificate has more than one version/],
    ["registryAddress", "registry.example", /give host:port/],
    ["registryAddress", "http://10.77.0.11:5000", /give host:port/],
    ["rolloutTimeoutSeconds", "5m", wholeNumber],
    ["rolloutTimeoutSeconds", "9", wholeNumber],
    ["rolloutTimeoutSeconds", "3601", wholeNumber],
  ])("%s: %j", (setting, value, fix) => {
    const reason = said({ [setting]: value }, setting);
    expect(reason).toContain(`is ${JSON.stringify(value)}`);
    expect(reason).toMatch(fix);
    expect(reason.split("\n")).toHaveLength(1);
  });
});

describe("the whole configuration", () => {
  test("an unknown setting is named, with the known ones", () => {
    const reason = said({ replicas: "3" }, "replicas");
    expect(reason).toMatch(/is unknown: remove it, or give one of .*storefrontReplicas/);
  });

  // What every object inherits is no setting.
  test.each(["constructor", "toString", "__proto__"])("the unknown setting %s", (setting) => {
    expect(said({ [setting]: "1" }, setting)).toMatch(/is unknown: remove it/);
  });

  test("all problems are reported together", () => {
    const { problems } = read(
      {
        replicas: "3",
        storefrontReplicas: "0",
        zones: "zone-1",
        encryptNetworks: "maybe",
        registryPort: "80",
        tls: "provided",
        tlsPrivateKey: pair.privateKey,
      },
      { secrets: new Set() },
    );
    expect(problems.map((problem) => problem.setting).sort()).toEqual([
      "encryptNetworks",
      "registryPort",
      "replicas",
      "storefrontReplicas",
      "tlsCertificate",
      "tlsPrivateKey",
      "zones",
    ]);
    const text = report(problems);
    expect(text).toMatch(/^7 problems with the configuration; nothing was changed:/);
    expect(text.split("\n")).toHaveLength(8);
  });

  test("one problem is not called problems", () => {
    expect(report([{ setting: "tls", reason: "is off" }])).toMatch(/^1 problem with/);
  });

  // The default that stands in for it must not clash in its name.
  test.each<[keyof Settings, Record<string, string>]>([
    ["httpPort", { httpPort: "web", registryPort: "80" }],
    ["registryPort", { registryPort: "x", registryAddress: "10.77.0.11:5001" }],
    ["registryAddress", { registryAddress: "x", registryPort: "5001" }],
    ["tls", { tls: "of", httpPort: "443" }],
    ["zones", { zones: "zone-1", replication: "strict" }],
    ["tlsCertificate", { ...provided, tlsCertificate: "x", tlsPrivateKey: pair.privateKey }],
    ["tlsPrivateKey", { ...provided, tlsPrivateKey: "x" }],
  ])("a bad value has no part in further problems: %s", (setting, values) => {
    expect(read(values).problems.map((problem) => problem.setting)).toEqual([setting]);
  });
});

describe("a good configuration", () => {
  test("versions of secrets, also as the numbers that `pulumi config set --path` makes of them", () => {
    const { settings, problems } = read({
      secretVersions: '{"sessions":[2,1],"token":["3"],"certificate":["2"]}',
    });
    expect(problems).toEqual([]);
    expect(settings.secretVersions).toEqual({
      sessions: ["2", "1"],
      token: ["3"],
      certificate: ["2"],
    });
  });

  test("several webhooks, and none", () => {
    const alertWebhooks = "https://chat.example/hooks/1 http://pager:8080/";
    const { settings, problems } = read({ monitoring: "on", alertWebhooks });
    expect(problems).toEqual([]);
    expect(settings.alertWebhooks).toBe(alertWebhooks);
    expect(read({}).settings.alertWebhooks).toBe("");
  });

  test("nothing set: no problem, and every setting has its default", () => {
    const { settings, problems } = read({});
    expect(problems).toEqual([]);
    for (const setting of settingNames.filter((name) => name !== "dockerHost")) {
      expect(settings[setting]).toEqual(defaultOf(setting));
    }
    expect(settings.dockerHost).toBe("unix:///var/run/docker.sock");
  });

  test("the engine is the one set, else DOCKER_HOST's", () => {
    const environment = { DOCKER_HOST: "tcp://10.77.0.11:2375" };
    expect(read({}, { environment }).settings.dockerHost).toBe(environment.DOCKER_HOST);
    const dockerHost = "ssh://root@node-1";
    expect(read({ dockerHost }, { environment }).settings.dockerHost).toBe(dockerHost);
  });

  test.each(["unix:///run/docker.sock", "tcp://[fd00::1]:2376", "ssh://node-1:2222"])(
    "the engine %s",
    (dockerHost) => {
      expect(read({ dockerHost }).problems).toEqual([]);
      expect(read({ dockerHost }).settings.dockerHost).toBe(dockerHost);
    },
  );

  test("names and addresses of both families that the certificate is for", () => {
    const hostNames = ["shop.example", "10.77.0.11", "fd00::1", "::ffff:10.77.0.11"];
    const { settings, problems } = read({ hostNames: JSON.stringify(hostNames) });
    expect(problems).toEqual([]);
    expect(settings.hostNames).toEqual(hostNames);
  });

  test("nobody gets less than two replicas and encrypted networks without saying so", () => {
    const { settings } = read({});
    const { storefrontReplicas, catalogReplicas, accountsReplicas, ordersReplicas } = settings;
    expect(
      Math.min(storefrontReplicas, catalogReplicas, accountsReplicas, ordersReplicas),
    ).toBeGreaterThanOrEqual(2);
    expect(settings.encryptNetworks).toBe(true);
    expect(settings.tls).toBe("generated");
  });

  test("nobody's acknowledged orders stand on one disk without saying so", () => {
    const { settings } = read({});
    expect(settings.replication).toBe("synchronous");
    expect(settings.backup).toBe("volume");
    expect(settings.backupSchedule[0]).toMatch(/^full /);
    expect(settings.backupRetention).toBeGreaterThanOrEqual(2);
  });

  test("texts become what they mean", () => {
    const { settings, problems } = read({
      zones: '["zone-1","zone-2"]',
      storefrontReplicas: "3",
      encryptNetworks: "false",
      storeName: "Zoë's Café",
      shards: "4",
      replication: "strict",
      backup: "off",
      backupSchedule: '["full 30 2 * * 6"]',
    });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      zones: ["zone-1", "zone-2"],
      storefrontReplicas: 3,
      encryptNetworks: false,
      storeName: "Zoë's Café",
      shards: 4,
      replication: "strict",
      backup: "off",
      backupSchedule: ["full 30 2 * * 6"],
    });
  });

  test("services to scale, each with its bounds", () => {
    const autoscaling = {
      storefront: { minReplicas: 2, maxReplicas: 6, requestsPerSecond: 100 },
      catalog: { minReplicas: 1, maxReplicas: 4, cpuCores: 0.6, stabilizationWindowSeconds: 60 },
    };
    const { settings, problems } = read({ autoscaling: JSON.stringify(autoscaling) });
    expect(problems).toEqual([]);
    expect(settings.autoscaling).toEqual(autoscaling);
  });

  test("all that is wrong with what is to be scaled is told at once", () => {
    const text = said(
      { autoscaling: '{"orders": {"maxReplicas": 0}, "cache": {}}' },
      "autoscaling",
    );
    expect(text.split("; ")).toEqual([
      expect.stringMatching(/orders\.minReplicas is missing: give a whole number from 1 to 100$/),
      "orders.maxReplicas is 0: give a whole number from 1 to 100",
      expect.stringMatching(/^orders\.requestsPerSecond is missing/),
      expect.stringMatching(/^cache is no service/),
    ]);
  });

  test("any whole number within the bounds, and no other, is a port", () => {
    fc.assert(
      fc.property(fc.integer({ min: -70_000, max: 140_000 }), (httpPort) => {
        const { settings, problems } = read({ httpPort: String(httpPort), tls: "off" });
        const bad = problems.some((problem) => problem.setting === "httpPort");
        expect(bad).toBe(httpPort < 1 || httpPort > 65_535);
        if (!bad) expect(settings.httpPort).toBe(httpPort);
      }),
    );
  });

  test("no text whatever brings the reader down", () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingNames), fc.string(), (setting, text) => {
        const { settings, problems } = read({ [setting]: text });
        const kind = (value: unknown) => (Array.isArray(value) ? "array" : typeof value);
        expect(kind(settings[setting])).toBe(kind(defaultOf(setting)));
        for (const { reason } of problems) expect(reason).toMatch(/give|set it with/);
      }),
    );
  });
});
