import {
  archiveParameters,
  patroniConfiguration,
  type Replication,
} from "../../components/data/patroni-configuration.ts";

/** What members are told, as Patroni reads it. */
function read(replication: Replication = "synchronous", memory = 1024, parameters = {}) {
  return patroniConfiguration(replication, memory, parameters) as Record<string, number> & {
    postgresql: { parameters: Record<string, unknown> };
  };
}

describe("when a commit is acknowledged", () => {
  // Only a standby that has every commit may take over before the crashed primary could come back.
  test.each<[Replication, string, boolean, number]>([
    ["asynchronous", "off", false, 10],
    ["synchronous", "quorum", false, 0],
    ["strict", "quorum", true, 0],
  ])("%s", (replication, synchronous, strict, secondsToComeBack) => {
    expect(read(replication)).toMatchObject({
      synchronous_mode: synchronous,
      synchronous_mode_strict: strict,
      primary_start_timeout: secondsToComeBack,
    });
  });
});

// A primary gives up before its key can run out: there never are two.
test("times: a primary that can't reach etcd steps down before another can be elected", () => {
  const { ttl = 0, loop_wait = 0, retry_timeout = 0 } = read();
  expect(ttl).toBeGreaterThanOrEqual(loop_wait + 2 * retry_timeout);
  expect(ttl).toBeLessThanOrEqual(15);
});

test("a standby too far behind doesn't take over, and etcd's loss alone stops nothing", () => {
  expect(read()).toMatchObject({
    maximum_lag_on_failover: 16 * 1024 * 1024,
    failsafe_mode: true,
    postgresql: { use_pg_rewind: true, use_slots: true },
  });
});

test.each([
  [128, "32MB", "96MB"],
  [1024, "256MB", "768MB"],
  [1000, "250MB", "750MB"],
])("%d MiB: buffers are sized after the limit", (memory, shared_buffers, effective_cache_size) => {
  expect(read("synchronous", memory).postgresql.parameters).toMatchObject({
    shared_buffers,
    effective_cache_size,
  });
});

test.each([
  [128, 20],
  [512, 58],
  [768, 97],
  [4096, 200],
])("%d MiB: no more connections than there is memory for", (memory, max_connections) => {
  expect(read("synchronous", memory).postgresql.parameters).toMatchObject({ max_connections });
});

test("parameters of one's own come last, others stay", () => {
  const { parameters } = read("strict", 512, { max_connections: 50, jit: false }).postgresql;
  expect(parameters).toMatchObject({ max_connections: 50, jit: false, shared_buffers: "128MB" });
});

test("a lost standby doesn't fill the primary's disk, and a silent one is given up", () => {
  const { parameters } = read().postgresql;
  expect(parameters).toMatchObject({ max_slot_wal_keep_size: "1GB", wal_sender_timeout: "5s" });
});

describe("archiving", () => {
  test("is always on, because switching it would restart the servers", () => {
    expect(archiveParameters(undefined).archive_mode).toBe("on");
    expect(archiveParameters("db").archive_mode).toBe("on");
    expect(archiveParameters(undefined).archive_command).toBe("/bin/true");
  });

  test("goes to the cluster's own archive, once a minute at least", () => {
    expect(archiveParameters("shard-1")).toMatchObject({
      archive_command: expect.stringMatching(/--stanza=shard-1 archive-push %p$/),
      archive_timeout: "60s",
    });
  });
});
