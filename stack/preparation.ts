import * as pulumi from "@pulumi/pulumi";
import { type Problem, readSettings, type Settings } from "../settings.ts";
import { report } from "./report.ts";

/** What the stack program knows before it looks at a cluster. */
export interface Preparation {
  settings: Settings;
  /** Starts, or stands on, every name in the cluster. */
  prefix: string;
  /** What is wrong so far; more may come to light. */
  problems: Problem[];
}

/** Reads the configuration. */
export function prepare(): Preparation {
  const prefix = `${pulumi.getProject()}-${pulumi.getStack()}`;
  return { ...readSettings(rawConfiguration()), prefix };
}

/**
 * Stops here if anything is wrong.
 *
 * @throws pulumi.RunError with everything that is, before anything is changed.
 */
export function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new pulumi.RunError(report(problems));
}

function rawConfiguration() {
  const project = `${pulumi.getProject()}:`;
  const values: Record<string, string> = {};
  const secretKeys: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
  const secrets = new Set<string>();
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (!key.startsWith(project)) continue;
    const name = key.slice(project.length);
    values[name] = value;
    if (secretKeys.includes(key)) secrets.add(name);
  }
  return { values, secrets, environment: process.env };
}
