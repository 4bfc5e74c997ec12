import { BUCKETS } from "./buckets.ts";
import { createMigration, type MigrationSet } from "./migrations.ts";

/**
 * Where a bucket stands, as one shard records it. No record: the shard has nothing of it.
 * - `owned`: reads and writes.
 * - `moving`: still owned, but nothing is written while its rows are copied to `peer`.
 * - `moved`: given to `peer`, for good; the rows are still to be deleted here.
 * - `incoming`: rows that come from `peer`; owned only once that shard says `moved`.
 */
export type BucketState = "owned" | "moving" | "moved" | "incoming";

/** SQLSTATEs that the functions below raise; both mean that nothing was done. */
export const BUCKET_MOVING = "HSB01";
export const BUCKET_ELSEWHERE = "HSB02";

/** Held by whoever moves buckets, on each shard, as long as its connections live. */
export const MOVER_LOCK = 7_204_152;
/** Held while it is decided how buckets are dealt at the first start. */
export const DEAL_LOCK = 7_204_153;
/** First half of the key of a bucket's lock; the second is the bucket. */
const BUCKET_LOCKS = 7_204_154;

/** Statement that waits until nobody writes to the bucket, and keeps others from it. */
export function lockBucket(bucket: number): string {
  return `SELECT pg_advisory_xact_lock(${BUCKET_LOCKS}, ${bucket})`;
}

const CREATE_BUCKETS = `
CREATE TABLE shard (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  name text NOT NULL,
  -- The shards that all buckets were dealt to at the first start.
  dealt_to text[] NOT NULL,
  -- Whether all of them have got their share: from then on newcomers start empty.
  complete boolean NOT NULL DEFAULT false
);

CREATE TABLE buckets (
  bucket integer PRIMARY KEY CHECK (bucket BETWEEN 0 AND ${BUCKETS - 1}),
  state text NOT NULL CHECK (state IN ('owned', 'moving', 'moved', 'incoming')),
  -- The other shard of a move, and the move's own id, the same on both.
  peer text,
  move uuid,
  changed_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'owned') = (peer IS NULL)),
  CHECK ((state = 'owned') = (move IS NULL))
);

-- Begins a write. An advisory lock costs no write of its own, as a lock of the row would; the
-- statement after it sees what was committed before the lock was had.
CREATE FUNCTION claim_bucket(wanted integer) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  found_state text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(${BUCKET_LOCKS}, wanted);
  SELECT state INTO found_state FROM buckets WHERE bucket = wanted;
  IF found_state = 'owned' THEN
    RETURN;
  ELSIF found_state = 'moving' THEN
    RAISE EXCEPTION 'bucket % is moving', wanted USING ERRCODE = '${BUCKET_MOVING}';
  END IF;
  RAISE EXCEPTION 'bucket % is not here', wanted USING ERRCODE = '${BUCKET_ELSEWHERE}';
END $$;

-- Guards a read. STABLE: it looks through the snapshot of the statement that it is part of, and a
-- bucket's rows are deleted only after it is gone from here.
CREATE FUNCTION holds_bucket(wanted integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (SELECT FROM buckets WHERE bucket = wanted AND state IN ('owned', 'moving')) THEN
    RETURN true;
  END IF;
  RAISE EXCEPTION 'bucket % is not here', wanted USING ERRCODE = '${BUCKET_ELSEWHERE}';
END $$;

-- Ends a move whose mover is gone, so that nobody waits for it.
CREATE FUNCTION reclaim_bucket(wanted integer) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF pg_try_advisory_xact_lock(${MOVER_LOCK}) THEN
    UPDATE buckets SET state = 'owned', peer = NULL, move = NULL, changed_at = now()
    WHERE bucket = wanted AND state = 'moving';
  END IF;
END $$;
`;

export const SHARD_MIGRATIONS: MigrationSet = {
  ledger: "shard_migrations",
  migrations: [createMigration("001-buckets", CREATE_BUCKETS)],
};
