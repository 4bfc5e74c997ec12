/**
 * How a commit is acknowledged.
 *
 * - `asynchronous`: as soon as the primary has it. A failover may lose the last ones.
 * - `synchronous`: when a standby has it too; the primary alone is enough while no standby is there.
 * - `strict`: only when a standby has it; without a standby, writes wait.
 */
export type Replication = "asynchronous" | "synchronous" | "strict";

export type PostgresParameters = Record<string, string | number | boolean>;

const mib = 1024 * 1024;

/**
 * Patroni's dynamic configuration, which all members of a cluster share. The times find a lost
 * primary within a quarter of a minute and leave room for a busy machine; safe is only
 * `ttl >= loop_wait + 2 * retry_timeout`.
 */
export function patroniConfiguration(
  replication: Replication,
  memoryLimitMiB: number,
  parameters: PostgresParameters,
): object {
  return {
    ttl: 10,
    loop_wait: 2,
    retry_timeout: 4,
    maximum_lag_on_failover: 16 * mib,
    // Without etcd the primary stays as long as it reaches every member.
    failsafe_mode: true,
    // Seconds that a server which crashed has to come back before another takes over. A synchronous
    // standby has all of its commits, and is there already.
    primary_start_timeout: replication === "asynchronous" ? 10 : 0,
    primary_stop_timeout: 10,
    // Any one standby is enough, so that losing the other one stops no write.
    synchronous_mode: replication === "asynchronous" ? "off" : "quorum",
    synchronous_mode_strict: replication === "strict",
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: { ...sizedFor(memoryLimitMiB), ...replicationParameters, ...parameters },
    },
  };
}

/** What a backend of the store takes with the plans it keeps, as measured: 4.5 MiB, and the kernel's part. */
const backendMiB = 5;
/** Patroni, the archiver and PostgreSQL's own processes. */
const othersMiB = 90;

/**
 * The usual proportions: a quarter for shared buffers, three quarters counted as cached; and no more
 * connections than there is memory for, since the kernel would end the whole server for one too many.
 */
function sizedFor(memoryMiB: number): PostgresParameters {
  const sharedMiB = Math.floor(memoryMiB / 4);
  const backends = Math.floor((memoryMiB - sharedMiB - othersMiB) / backendMiB);
  return {
    shared_buffers: `${sharedMiB}MB`,
    effective_cache_size: `${Math.floor((memoryMiB * 3) / 4)}MB`,
    max_connections: Math.min(200, Math.max(20, backends)),
    // Of clients that have left already; the default is a minute.
    authentication_timeout: "10s",
  };
}

/** A silent peer is given up after seconds, and a lost standby must not fill the primary's disk. */
const replicationParameters: PostgresParameters = {
  wal_log_hints: "on",
  wal_keep_size: "128MB",
  max_slot_wal_keep_size: "1GB",
  wal_sender_timeout: "5s",
  wal_receiver_timeout: "5s",
  wal_receiver_status_interval: "1s",
  // Commits on a new primary wait for the first standby that finds it.
  wal_retrieve_retry_interval: "500ms",
  tcp_keepalives_idle: 5,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 3,
  log_checkpoints: "off",
};

/**
 * Parameters that hand all changes to the archive of a cluster. Archiving is always on, because that
 * can't be switched without a restart: where there is no archive, its command does nothing.
 *
 * @param archived - Name of the cluster, if it has an archive.
 */
export function archiveParameters(archived: string | undefined): PostgresParameters {
  if (archived === undefined) return { archive_mode: "on", archive_command: "/bin/true" };
  // The server is started without the environment that names the file.
  const pgbackrest = "pgbackrest --config=/run/database/pgbackrest.conf";
  return {
    archive_mode: "on",
    archive_command: `${pgbackrest} --stanza=${archived} archive-push %p`,
    // At most so much is lost with all members of a cluster.
    archive_timeout: "60s",
  };
}
