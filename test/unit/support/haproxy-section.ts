/** The lines of a section of HAProxy's configuration, without comments and indentation. */
export function section(config: string, name: string): string[] {
  const lines = config.split("\n");
  const start = lines.indexOf(name);
  expect(start).toBeGreaterThanOrEqual(0);
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
  const end = length < 0 ? lines.length : start + 1 + length;
  return lines
    .slice(start + 1, end)
    .map((line) => line.trim())
    .filter((line) => !/^#|^$/.test(line));
}
