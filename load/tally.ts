import { build, type Histogram } from "hdr-histogram-js";
import { RequestFailed } from "./request-failed.ts";

/** How a journey ended: as the customer wanted, by what the store rightly refuses, or badly. */
export type JourneyEnd = "done" | "refused" | "failed";

/** What a load did so far, or did. */
export interface Figures {
  seconds: number;
  journeys: Record<JourneyEnd, number>;
  requests: number;
  /** Requests without an answer, or answered with a server's error. */
  failed: number;
  /** Requests that went to another address because the first took no connection. */
  failedOver: number;
  /** Milliseconds from the request to its whole answer, of those that did not fail. */
  latency: { p50: number; p90: number; p99: number; p999: number; max: number };
  /** Most milliseconds that a journey began late; more than a few mean that this machine is too busy. */
  late: number;
  /** Failures by what happened. */
  failures: Record<string, number>;
}

const longestMilliseconds = 120_000;

/** Counts what happens. */
export class Tally {
  private readonly histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestMilliseconds * 1000,
    numberOfSignificantValueDigits: 3,
  });
  private started = performance.now();
  private readonly journeys = { done: 0, refused: 0, failed: 0 };
  private readonly failures = new Map<string, number>();
  private requests = 0;
  private failed = 0;
  private failedOver = 0;
  private late = 0;

  answered(milliseconds: number): void {
    this.requests += 1;
    const microseconds = Math.min(milliseconds, longestMilliseconds) * 1000;
    this.histogram.recordValue(Math.max(1, Math.round(microseconds)));
  }

  requestFailed(reason: string): void {
    this.requests += 1;
    this.failed += 1;
    this.note(reason);
  }

  wentElsewhere(): void {
    this.failedOver += 1;
  }

  began(milliseconds: number): void {
    this.late = Math.max(this.late, milliseconds);
  }

  journeyEnded(end: JourneyEnd): void {
    this.journeys[end] += 1;
  }

  /** Failed requests are counted already; other errors say that a page was not what it should be. */
  journeyFailed(error: unknown): void {
    this.journeyEnded("failed");
    if (!(error instanceof RequestFailed)) this.note(`journey: ${messageOf(error)}`);
  }

  figures(): Figures {
    const at = (percentile: number) => this.histogram.getValueAtPercentile(percentile) / 1000;
    return {
      seconds: (performance.now() - this.started) / 1000,
      journeys: { ...this.journeys },
      requests: this.requests,
      failed: this.failed,
      failedOver: this.failedOver,
      latency: {
        p50: at(50),
        p90: at(90),
        p99: at(99),
        p999: at(99.9),
        max: this.histogram.maxValue / 1000,
      },
      late: this.late,
      failures: Object.fromEntries(this.failures),
    };
  }

  /** Forgets what was until now. */
  restart(): void {
    this.histogram.reset();
    this.failures.clear();
    this.started = performance.now();
    this.requests = 0;
    this.failed = 0;
    this.failedOver = 0;
  }

  private note(reason: string): void {
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }
}

/** The first line: pages can be long. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
