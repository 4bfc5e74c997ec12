const unknown = "–";

const number = (digits: number) =>
  new Intl.NumberFormat("en", { maximumFractionDigits: digits, minimumFractionDigits: 0 });

export function rate(value: number | undefined): string {
  if (value === undefined) return unknown;
  return number(value < 10 ? 1 : 0).format(value);
}

export function percent(ratio: number | undefined): string {
  if (ratio === undefined) return unknown;
  // A few errors among many answers are not none.
  return `${number(ratio > 0 && ratio < 0.01 ? 2 : 0).format(ratio * 100)} %`;
}

export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return unknown;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return `${number(1).format(seconds)} s`;
}

export function bytes(value: number | undefined): string {
  if (value === undefined) return unknown;
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), units.length - 1);
  return `${number(power > 0 ? 1 : 0).format(value / 1024 ** power)} ${units[power]}`;
}

/** As in "3 min ago". */
export function ago(since: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - since.getTime()) / 1000);
  const [amount, unit] =
    seconds < 60
      ? [seconds, "s"]
      : seconds < 3600
        ? [seconds / 60, "min"]
        : seconds < 2 * 86_400
          ? [seconds / 3600, "h"]
          : [seconds / 86_400, "days"];
  return `${Math.floor(amount)} ${unit} ago`;
}

export function clock(time: Date): string {
  return `${time.toISOString().slice(11, 19)} UTC`;
}
