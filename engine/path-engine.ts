import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { engineCache } from "./cache.ts";
import { type Engine, engineEnvironment, isOlder, OLDEST_CLI_VERSION } from "./engine.ts";

/** A usable `pulumi`, or why there is none; `worthSaying` where the user has one and it won't do. */
export type PathAttempt = { engine: Engine } | { unusable: string; worthSaying: boolean };

const languageHost = "pulumi-language-nodejs";

/** Looks for a `pulumi` on the PATH that is new enough and can run Node.js programs. */
export async function pathEngine(): Promise<PathAttempt> {
  const folders = searchPath();
  const pulumi = await findExecutable("pulumi", folders);
  if (!pulumi) return { unusable: "there is no `pulumi`", worthSaying: false };

  const version = await cliVersion(pulumi);
  if (!version) {
    return { unusable: `${pulumi} does not tell its version`, worthSaying: true };
  }
  if (isOlder(version, OLDEST_CLI_VERSION)) {
    return {
      unusable: `${pulumi} is ${version}, and ${OLDEST_CLI_VERSION} or later is needed`,
      worthSaying: true,
    };
  }
  const beside = path.dirname(await realpath(pulumi));
  if (!(await findExecutable(languageHost, [beside, ...folders]))) {
    return { unusable: `${pulumi} has no ${languageHost} beside it`, worthSaying: true };
  }
  const binDir = path.dirname(pulumi);
  return { engine: { source: "path", binDir, env: engineEnvironment(binDir), version } };
}

/** The version that a CLI reports, like `3.274.1`. */
export async function cliVersion(pulumi: string): Promise<string | undefined> {
  const { stdout } = await execa(pulumi, ["version"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    reject: false,
    stdin: "ignore",
    timeout: 20_000,
  });
  return /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout ?? "")?.[1];
}

/** The first executable file of that name in the folders. */
export async function findExecutable(name: string, folders: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = path.join(folder, name);
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return file;
  }
  return undefined;
}

/** Without what we made ourselves: a process that we started has it on its PATH. */
function searchPath(): string[] {
  const own = engineCache() + path.sep;
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && !`${path.resolve(folder)}${path.sep}`.startsWith(own));
}
