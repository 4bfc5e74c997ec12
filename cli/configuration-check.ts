import { readSettings } from "../settings.ts";
import { report } from "../stack/report.ts";
import type { StackFiles } from "./workspace.ts";

/**
 * Finds what is wrong with the configuration before a lab or an engine is made for it. The program
 * checks again, with secrets decrypted and with a look at the cluster.
 *
 * @throws Error that lists every problem.
 */
export function checkConfiguration(files: StackFiles): void {
  const entries = Object.entries(files.settings());
  if (entries.some(([, value]) => isEncrypted(value))) return;
  const values = Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  const { problems } = readSettings({ values, secrets: new Set(), environment: process.env });
  if (problems.length > 0) throw new Error(report(problems));
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}
