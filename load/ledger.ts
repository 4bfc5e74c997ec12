import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Pieces of a product. */
export interface Line {
  productId: number;
  quantity: number;
}

/** An order that the store said it has. */
export interface LedgerEntry {
  orderId: string;
  idempotencyKey: string;
  /** E-mail address of the account that bought. */
  account: string;
  lines: Line[];
  totalMinor: number;
  /** When the store took the order: its answer to the form. */
  takenAt: string;
  /** When a page said that it is confirmed; not there for what was taken and not yet seen so. */
  confirmedAt?: string;
  /** It was taken, and then cancelled for a reason that the customer was told. */
  cancelled?: boolean;
  /** It was confirmed, cancelled by the customer, and a page said that it is refunded. */
  refunded?: boolean;
}

/** Every order that was acknowledged, in memory and, a line each, in a file. */
export class Ledger {
  private readonly byOrder = new Map<string, LedgerEntry>();
  private readonly file: string | undefined;

  /** @param file - Where each entry is written to at once. @default none */
  constructor(file?: string) {
    this.file = file;
    if (file) mkdirSync(dirname(file), { recursive: true });
  }

  get entries(): LedgerEntry[] {
    return [...this.byOrder.values()];
  }

  /** Adds an order, or what is new about it. */
  record(entry: LedgerEntry): void {
    this.byOrder.set(entry.orderId, entry);
    if (this.file) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}

/** A stretch of time without an acknowledged order. */
export interface Gap {
  seconds: number;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/**
 * The longest time between two confirmed orders that follow each other, from `from` to `to`
 * (milliseconds since 1970), which count as orders themselves.
 */
export function longestGap(entries: readonly LedgerEntry[], from: number, to: number): Gap {
  const times = entries
    .flatMap(({ confirmedAt }) => (confirmedAt ? Date.parse(confirmedAt) : []))
    .filter((time) => time > from && time < to)
    .toSorted((a, b) => a - b);
  const edges = [from, ...times, to];
  const gaps = edges.slice(1).map((time, index) => {
    const before = edges[index] ?? time;
    return { seconds: (time - before) / 1000, from: before, to: time };
  });
  return gaps.reduce((longest, gap) => (gap.seconds > longest.seconds ? gap : longest));
}
