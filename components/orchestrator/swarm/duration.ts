/**
 * Formats whole seconds as the Docker provider reads them back (`1m30s`, `1m`, `0s`): any other
 * spelling of the same time would be a difference at the next refresh.
 */
export function goDuration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const last = parts.findLastIndex(([value]) => value > 0);
  if (first < 0) return "0s";
  return parts
    .slice(first, last + 1)
    .map(([value, unit]) => `${value}${unit}`)
    .join("");
}
