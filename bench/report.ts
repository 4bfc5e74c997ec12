/** Measurements of one thing, in seconds. */
export interface Series {
  name: string;
  seconds: number[];
}

/** Two series measured in turn, and how much longer the first may take. */
export interface Comparison {
  title: string;
  subject: Series;
  peer: Series;
  /** Most that the ratio of the medians may be. */
  bound: number;
}

/** Middle of the values; the mean of the two middle ones where their number is even. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Runs the work and tells how many seconds it took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Prints every measurement, the medians, their ratio and the bound; tells whether that is met. */
export function judge({ title, subject, peer, bound }: Comparison): boolean {
  const ratio = median(subject.seconds) / median(peer.seconds);
  const runs = subject.seconds.map((seconds, index) => {
    const other = peer.seconds[index] ?? Number.NaN;
    return [`run ${index + 1}`, inSeconds(seconds), inSeconds(other), times(seconds / other)];
  });
  printTable(title, [
    ["", subject.name, peer.name, "ratio"],
    ...runs,
    ["median", inSeconds(median(subject.seconds)), inSeconds(median(peer.seconds)), times(ratio)],
    ["spread", spread(subject.seconds), spread(peer.seconds), ""],
  ]);
  return verdict("ratio of the medians", ratio, bound);
}

/** Prints whether a ratio keeps its bound, and tells it. */
export function verdict(what: string, ratio: number, bound: number): boolean {
  const met = ratio <= bound;
  console.log(`${what}: ${times(ratio)}, bound ${times(bound)}: ${met ? "met" : "NOT MET"}`);
  return met;
}

/** Prints whether a ratio is as high as it has to be, and tells it. */
export function reaches(what: string, ratio: number, goal: number): boolean {
  const met = ratio >= goal;
  console.log(`${what}: ${times(ratio)}, goal ${times(goal)}: ${met ? "met" : "NOT MET"}`);
  return met;
}

/** Prints rows below a title, columns aligned; the first column is what its row is about. */
export function printTable(title: string, rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  console.log(`\n${title}`);
  for (const row of rows) console.log(`  ${row.map(align).join("   ").trimEnd()}`);
}

export function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

export function inMilliseconds(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}

function spread(values: number[]): string {
  return `${Math.min(...values).toFixed(2)} to ${inSeconds(Math.max(...values))}`;
}
