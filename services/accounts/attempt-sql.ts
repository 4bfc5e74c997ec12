import type { Statement } from "../shared/database.ts";

/** Failures are remembered for so long after the last one. */
const MEMORY = "interval '1 hour'";

// $2 attempts are free; after the last of them comes a wait of $3 s, which then doubles, up to $4 s.
const WAIT = `CASE WHEN now_counted < $2 THEN interval '0'
  ELSE make_interval(secs => least($4::float8, $3::float8 * 2 ^ least(now_counted - $2, 20))) END`;

// Whether the wait is over is asked of the clock, not of now(): a statement that began before another
// one's, and then waited for it, would find that one's free attempt in its own future.
export const COUNT_GUESS: Statement = {
  name: "count-guess",
  text: `INSERT INTO attempts AS known (id, count, next_at, forget_at)
         SELECT $1, now_counted, now() + ${WAIT}, now() + ${MEMORY}
         FROM (SELECT 1 AS now_counted) AS first
         ON CONFLICT (id) DO UPDATE SET (count, next_at, forget_at) = (
           SELECT now_counted, now() + ${WAIT}, now() + ${MEMORY}
           FROM (SELECT CASE WHEN known.forget_at <= now() THEN 1 ELSE known.count + 1 END
                        AS now_counted) AS next)
         WHERE known.next_at <= clock_timestamp() RETURNING count`,
};

export const TAKE_BACK: Statement = {
  name: "take-back-guess",
  text: "UPDATE attempts SET count = greatest(count - 1, 0), next_at = now() WHERE id = $1",
};

export const FORGET: Statement = {
  name: "forget-attempts",
  text: "DELETE FROM attempts WHERE id = $1",
};

export const SECONDS_TO_WAIT: Statement = {
  name: "seconds-to-wait",
  text: "SELECT ceil(extract(epoch FROM next_at - now())) AS seconds FROM attempts WHERE id = $1",
};

export const COUNT_IN_WINDOW: Statement = {
  name: "count-in-window",
  text: `INSERT INTO attempts AS known (id, count, next_at, forget_at)
         VALUES ($1, $2, now(), now() + make_interval(secs => $3))
         ON CONFLICT (id) DO UPDATE SET
           count = CASE WHEN known.forget_at <= now() THEN 0 ELSE known.count END + excluded.count,
           forget_at = CASE WHEN known.forget_at <= now() THEN excluded.forget_at
                            ELSE known.forget_at END
         RETURNING count, greatest(1, ceil(extract(epoch FROM forget_at - now()))) AS seconds`,
};

export const FORGET_OLD: Statement = {
  name: "forget-old-attempts",
  text: "DELETE FROM attempts WHERE forget_at < now()",
};
