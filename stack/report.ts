import type { Problem } from "../settings.ts";

/** All problems in one text, a line each. */
export function report(problems: Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${problem.setting} ${problem.reason}`);
  return [`${count} with the configuration; nothing was changed:`, ...lines].join("\n");
}
