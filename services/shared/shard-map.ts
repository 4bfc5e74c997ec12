import type { Logger } from "./logger.ts";
import type { BucketRecord, Shard } from "./shard.ts";
import { pause } from "./wait.ts";

/** A shard that takes longer counts as silent, so that it delays nobody else's look. */
const LOOK_MS = 1_000;

/** Which shard owns which bucket: the union of what the shards say, as it was when last looked. */
export class ShardMap {
  readonly #shards: readonly Shard[];
  readonly #log: Logger;
  #owners = new Map<number, Shard>();
  #complete = false;
  #looking: Promise<void> | undefined;

  constructor(shards: readonly Shard[], log: Logger) {
    this.#shards = shards;
    this.#log = log;
  }

  owner(bucket: number): Shard | undefined {
    return this.#owners.get(bucket);
  }

  /** Whether all shards answered the last look; if not, a bucket without an owner may have one. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Looks again; callers at the same time share one look that begins after they have asked. */
  async refresh(): Promise<void> {
    await this.#looking;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #look(): Promise<void> {
    const answers = new Map<Shard, BucketRecord[]>();
    const looks = this.#shards.map(async (shard) => {
      try {
        answers.set(shard, await shard.records());
      } catch (error) {
        this.#log.debug({ err: error, shard: shard.name }, "can't read a shard's buckets");
      }
    });
    await Promise.race([Promise.all(looks), pause(LOOK_MS)]);
    const inTime = new Map(answers);
    await finishMoves(inTime);
    this.#complete = inTime.size === this.#shards.length;
    this.#owners = merge(this.#owners, inTime);
  }
}

/** Silent shards keep what nobody else claims; of two claims, the one that is not leaving counts. */
function merge(
  before: ReadonlyMap<number, Shard>,
  answers: ReadonlyMap<Shard, readonly BucketRecord[]>,
): Map<number, Shard> {
  const owners = new Map([...before].filter(([, shard]) => !answers.has(shard)));
  for (const wanted of ["moving", "owned"]) {
    for (const [shard, records] of answers) {
      for (const { bucket, state } of records) if (state === wanted) owners.set(bucket, shard);
    }
  }
  return owners;
}

/**
 * What one shard has given away for good, and the other has not taken over yet, is taken over here:
 * the mover may have died in between. The move's id makes sure that both speak of the same move.
 */
async function finishMoves(answers: ReadonlyMap<Shard, BucketRecord[]>): Promise<void> {
  const given = new Set(
    [...answers.values()]
      .flat()
      .flatMap(({ state, move }) => (state === "moved" && move ? [move] : [])),
  );
  for (const [shard, records] of answers) {
    for (const record of records) {
      if (record.state !== "incoming" || !record.move || !given.has(record.move)) continue;
      await shard.takeOver(record.bucket, record.move).then(
        () => {
          record.state = "owned";
        },
        // The next look tries again.
        () => undefined,
      );
    }
  }
}
