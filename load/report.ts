import { type Gap, type LedgerEntry, longestGap } from "./ledger.ts";
import type { Load } from "./load.ts";
import type { Figures } from "./tally.ts";
import type { Verdict } from "./verify.ts";

const mostProblems = 20;

/** One line about a load that is under way. */
export function progressLine(load: Load, before: Figures): string {
  const now = load.figures;
  const perSecond = (now.requests - before.requests) / Math.max(0.1, now.seconds - before.seconds);
  return [
    `${now.seconds.toFixed(0).padStart(4)} s`,
    `${perSecond.toFixed(0).padStart(4)} requests/s`,
    `${now.failed} failed`,
    `p50 ${milliseconds(now.latency.p50)}`,
    `p99 ${milliseconds(now.latency.p99)}`,
    `${load.ledger.entries.length} orders`,
    `${load.busy} under way`,
  ].join("  ");
}

/** What a load was like, in lines. */
export function summary(figures: Figures, entries: readonly LedgerEntry[]): string[] {
  const { journeys, latency } = figures;
  const begun = journeys.done + journeys.refused + journeys.failed;
  const { p50, p90, p99, p999, max } = latency;
  const confirmed = entries.filter(({ confirmedAt }) => confirmedAt !== undefined);
  const refunded = entries.filter((entry) => entry.refunded);
  return [
    `journeys  ${begun} in ${figures.seconds.toFixed(1)} s (${(begun / figures.seconds).toFixed(1)}/s): ` +
      `${journeys.done} done, ${journeys.refused} refused (sold out), ${journeys.failed} failed`,
    `requests  ${figures.requests} (${(figures.requests / figures.seconds).toFixed(1)}/s): ` +
      `${figures.failed} failed, ${figures.failedOver} answered by another address`,
    `latency   p50 ${milliseconds(p50)}, p90 ${milliseconds(p90)}, p99 ${milliseconds(p99)}, ` +
      `p99.9 ${milliseconds(p999)}, most ${milliseconds(max)}`,
    `orders    ${confirmed.length} confirmed (${refunded.length} refunded), ${entries.length - confirmed.length} otherwise; ` +
      `longest time without one ${gapOf(entries)?.seconds.toFixed(1) ?? "-"} s`,
    ...(figures.late > 100
      ? [`beware    journeys began up to ${milliseconds(figures.late)} late: this machine is busy`]
      : []),
    ...Object.entries(figures.failures).map(([what, count]) => `failed    ${count} times ${what}`),
  ];
}

/** What the books say, in lines. */
export function verdictLines({ problems, stored }: Verdict, acknowledged: number): string[] {
  if (problems.length === 0) {
    return [
      `ledger    all ${acknowledged} acknowledged orders are there once, of ${stored} stored`,
    ];
  }
  return [
    `ledger    ${problems.length} problems:`,
    ...problems.slice(0, mostProblems).map((problem) => `  ${problem}`),
    ...(problems.length > mostProblems ? ["  ..."] : []),
  ];
}

/** The longest time between two confirmed orders of the load. */
function gapOf(entries: readonly LedgerEntry[]): Gap | undefined {
  const times = entries.flatMap(({ confirmedAt }) => (confirmedAt ? Date.parse(confirmedAt) : []));
  if (times.length < 2) return undefined;
  return longestGap(entries, Math.min(...times), Math.max(...times));
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${value.toFixed(0)} ms`;
}
