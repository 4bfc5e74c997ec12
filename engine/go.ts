import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { isOlder } from "./engine.ts";

/** The first release that fetches a newer Go by itself where a module asks for one. */
const fetchesNewer = "1.21.0";

/** The Go that would build, like `go1.26.8`, or why none can. */
export type Toolchain = { version: string } | { unusable: string };

/**
 * Tells which Go would build the modules in these folders; may download it.
 * @param folders each with a `go.mod`
 */
export async function toolchain(folders: string[]): Promise<Toolchain> {
  const own = await goVersion(tmpdir());
  if ("unusable" in own) return own;
  const needed = await mostDemanding(folders);
  if (!isOlder(own.version.slice(2), needed.version)) return own;
  if (isOlder(own.version.slice(2), fetchesNewer)) {
    return { unusable: `Go is ${own.version.slice(2)}, and ${needed.version} or later is needed` };
  }
  return goVersion(needed.folder);
}

async function goVersion(cwd: string): Promise<Toolchain> {
  const result = await execa("go", ["env", "GOVERSION"], {
    cwd,
    env: { GOFLAGS: "", GOWORK: "off" },
    reject: false,
    stdin: "ignore",
  });
  if (result.code === "ENOENT") return { unusable: "there is no `go` on the PATH" };
  const version = result.stdout.trim();
  if (result.failed || !/^go\d/.test(version)) {
    return { unusable: result.stderr.trim() || `\`go env GOVERSION\` says "${version}"` };
  }
  return { version };
}

async function mostDemanding(folders: string[]): Promise<{ folder: string; version: string }> {
  let most = { folder: ".", version: "0" };
  for (const folder of folders) {
    const module = await readFile(path.join(folder, "go.mod"), "utf8");
    const version = /^go (\S+)$/m.exec(module)?.[1] ?? "0";
    if (isOlder(most.version, version)) most = { folder, version };
  }
  return most;
}
