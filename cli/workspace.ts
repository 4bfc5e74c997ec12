import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, parseDocument, stringify } from "yaml";
import { engineCache } from "../engine/cache.ts";

/** The checkout that the commands work on. */
export const root = resolve(import.meta.dirname, "..");

/** What belongs to this checkout alone and to no commit: state, passphrase, configuration copies. */
export const privateFolder = resolve(root, process.env.HA_STORE_HOME ?? ".ha-store");

/**
 * Environment that gives Pulumi a backend and a passphrase where the user has not said otherwise by
 * Pulumi's own variables.
 */
export function backendEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  if (!process.env.PULUMI_BACKEND_URL) {
    const state = join(privateFolder, "state");
    mkdirSync(state, { recursive: true });
    environment.PULUMI_BACKEND_URL = `file://${state}`;
  }
  const given = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (given.every((name) => process.env[name] === undefined)) {
    environment.PULUMI_CONFIG_PASSPHRASE_FILE = passphraseFile();
  }
  return environment;
}

/** Environment in which operations take less time, where the user has not said otherwise. */
export function operationEnvironment(): Record<string, string> {
  return {
    // The SDK is compiled once, not for each operation.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(engineCache(), "compiled"),
    // The Docker provider sits still for two seconds after each service: most steps only wait.
    PULUMI_PARALLEL: process.env.PULUMI_PARALLEL ?? "64",
  };
}

/** A passphrase made once for this checkout, readable by its owner only. */
function passphraseFile(): string {
  const file = join(privateFolder, "passphrase");
  if (!existsSync(file)) {
    mkdirSync(privateFolder, { recursive: true });
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  }
  return file;
}

interface StackConfiguration {
  encryptionsalt?: string;
  secretsprovider?: string;
  config?: Record<string, unknown>;
}

/**
 * Where Pulumi reads and writes a stack's configuration. Pulumi puts the salt of the local passphrase
 * into that file; so that a first `up` leaves the checkout clean, it works on a copy unless the
 * committed file brings its own.
 */
export class StackFiles {
  readonly committed: string;
  /** Folder with a project of the same name, in which a stack can be made without touching ours. */
  readonly folder = join(privateFolder, "config");
  private readonly copy: string;

  readonly stack: string;

  constructor(stack: string) {
    this.stack = stack;
    this.committed = join(root, `Pulumi.${stack}.yaml`);
    this.copy = join(this.folder, `Pulumi.${stack}.yaml`);
  }

  /** The file for `--config-file`, brought up to date. */
  refresh(): string {
    const committed = readYaml(this.committed);
    if (committed.encryptionsalt || committed.secretsprovider) return this.committed;
    this.prepareFolder();
    const { config: _, ...local } = existsSync(this.copy) ? readYaml(this.copy) : {};
    writeFileSync(this.copy, stringify({ ...local, ...committed }));
    return this.copy;
  }

  /** Writes a setting into the committed configuration, whose comments stay; an empty list goes. */
  set(setting: string, value: string | string[] | Record<string, string[]>): void {
    const document = parseDocument(readFileSync(this.committed, "utf8"));
    const path = ["config", `ha-store:${setting}`];
    if (Array.isArray(value) && value.length === 0) document.deleteIn(path);
    else document.setIn(path, value);
    writeFileSync(
      this.committed,
      document.toString({ lineWidth: 0, flowCollectionPadding: false }),
    );
  }

  /** Makes the folder in which `pulumi stack init` can write its salt. */
  prepareFolder(): void {
    mkdirSync(this.folder, { recursive: true });
    const { name, runtime } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), stringify({ name, runtime }));
  }

  /** The stack's committed configuration, without the project's prefix. */
  settings(): Record<string, unknown> {
    const entries = Object.entries(readYaml(this.committed).config ?? {});
    return Object.fromEntries(
      entries.map(([key, value]) => [key.replace(/^ha-store:/, ""), value]),
    );
  }
}

function readYaml(file: string): StackConfiguration {
  return parse(readFileSync(file, "utf8")) ?? {};
}
