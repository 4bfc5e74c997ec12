import { existsSync } from "node:fs";
import { copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { EngineError } from "./errors.ts";
import { programs } from "./programs.ts";

/** Written last: a folder without it is unfinished. */
const stamp = "installed";

/** Whether a folder holds a whole installation. */
export const isInstalled = (folder: string): boolean => existsSync(path.join(folder, stamp));

/**
 * Puts built programs where the CLI looks for them: language hosts and launchers beside it in `bin`,
 * providers in the Pulumi home `home`, so that the user's own home is left alone.
 * @param executables program name to path
 */
export async function install(folder: string, executables: Map<string, string>): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const bin = path.join(unfinished, "bin");
  await mkdir(bin, { recursive: true });
  for (const { name, binary, provider } of programs) {
    const executable = executables.get(name);
    if (!executable) throw new EngineError(`the program ${name} was not built`);
    if (provider) await installProvider(unfinished, provider, executable);
    else await place(executable, path.join(bin, binary));
  }
  const launcher = path.join(bin, "pulumi-resource-pulumi-nodejs");
  await writeFile(launcher, dynamicProviderLauncher, { mode: 0o755 });
  await writeFile(path.join(unfinished, stamp), "");
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

async function installProvider(
  folder: string,
  provider: { name: string; version: string },
  executable: string,
): Promise<void> {
  const { name, version } = provider;
  const args = ["plugin", "install", "resource", name, version, "--file", executable];
  const result = await execa(path.join(folder, "bin", "pulumi"), args, {
    env: { PULUMI_HOME: path.join(folder, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdin: "ignore",
    reject: false,
  });
  if (result.failed) {
    throw new EngineError(`pulumi ${args.join(" ")}: ${result.stderr || result.shortMessage}`);
  }
}

/** A hard link costs no space; the CLI would follow a symbolic one and miss what is beside it. */
async function place(file: string, target: string): Promise<void> {
  await link(file, target).catch(() => copyFile(file, target));
}

/**
 * Starts the provider behind `pulumi.dynamic.Resource`, which lives in the program's own SDK; the
 * engine starts this in the program's folder.
 */
const dynamicProviderLauncher = `#!/bin/sh
script=$(node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')") || exit 1
exec node "$script" "$@"
`;
