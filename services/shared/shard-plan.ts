/** One bucket's way. */
export interface Move {
  bucket: number;
  from: string;
  to: string;
}

/**
 * The fewest moves after which all shards that stay own equally many buckets, give or take one, and
 * the others none.
 */
export function planMoves(
  owned: ReadonlyMap<string, readonly number[]>,
  staying: readonly string[],
): Move[] {
  const count = (name: string) => owned.get(name)?.length ?? 0;
  const total = [...owned.values()].reduce((sum, buckets) => sum + buckets.length, 0);
  const share = Math.floor(total / staying.length);
  // Where it doesn't come out even, who has most already keeps one more.
  const fuller = [...staying].sort((a, b) => count(b) - count(a)).slice(0, total % staying.length);
  const target = (name: string) =>
    staying.includes(name) ? share + (fuller.includes(name) ? 1 : 0) : 0;
  const leaving = [...owned].flatMap(([from, buckets]) =>
    buckets.slice(target(from)).map((bucket) => ({ bucket, from })),
  );
  const places = staying.flatMap((to) =>
    Array<string>(Math.max(0, target(to) - count(to))).fill(to),
  );
  return leaving.map(({ bucket, from }, index) => ({ bucket, from, to: places[index] ?? from }));
}
