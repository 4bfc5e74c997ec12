import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { execa } from "execa";
import { type ImageConfig, writeLayer } from "./archive.ts";
import { debianConfig } from "./debian.ts";

/** As in the official image: unknown commands and options go to node. */
const entrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then
  set -- node "$@"
fi
exec "$@"
`;

export const nodeConfig = (version: string): ImageConfig => ({
  Env: [...debianConfig.Env, `NODE_VERSION=${version}`],
  Entrypoint: ["docker-entrypoint.sh"],
  Cmd: ["node"],
  Labels: {
    ...debianConfig.Labels,
    "org.opencontainers.image.title": "node",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.description":
      "Local stand-in for Node's official slim image, without npm and yarn",
  },
});

/** A Node executable of this major version for Linux, and its full version. */
export async function findNode(major: string): Promise<{ file: string; version: string }> {
  const candidates = [process.execPath];
  try {
    const installed = createRequire(`${process.cwd()}/`).resolve("node/package.json");
    candidates.unshift(path.join(path.dirname(installed), "bin/node"));
  } catch {
    // Not installed: this process's own may do.
  }
  for (const file of candidates) {
    const { stdout } = await execa(file, ["--version"], { reject: false });
    const version = `${stdout}`.trim().replace(/^v/, "");
    if (version.startsWith(`${major}.`)) return { file, version };
  }
  throw new Error(
    `node:${major} can't be pulled, and no Node ${major} is here to make a stand-in of: ` +
      `\`npm install --save-dev node@${major}\` brings it.`,
  );
}

/** Makes the layer that turns Debian's image into Node's. */
export async function writeNodeLayer(
  file: string,
  node: string,
  debianLayer: string,
  work: string,
): Promise<void> {
  const root = path.join(work, "node-root");
  const bin = path.join(root, "usr/local/bin");
  await mkdir(bin, { recursive: true });
  await copyFile(node, path.join(bin, "node"));
  await chmod(path.join(bin, "node"), 0o755);
  await symlink("node", path.join(bin, "nodejs"));
  await writeFile(path.join(bin, "docker-entrypoint.sh"), entrypoint, { mode: 0o755 });
  await addUser(root, debianLayer);
  await writeLayer(file, root);
}

async function addUser(root: string, debianLayer: string): Promise<void> {
  const accounts: [file: string, line: string, mode: number][] = [
    ["etc/passwd", "node:x:1000:1000::/home/node:/bin/bash", 0o644],
    ["etc/group", "node:x:1000:", 0o644],
    ["etc/shadow", "node:!:20000:0:99999:7:::", 0o640],
  ];
  await mkdir(path.join(root, "etc"), { recursive: true });
  for (const [file, line, mode] of accounts) {
    const { stdout } = await execa("tar", ["-xOf", debianLayer, `./${file}`]);
    await writeFile(path.join(root, file), `${stdout}\n${line}\n`, { mode });
  }
  // Group shadow has number 42 in Debian.
  await execa("chown", ["0:42", path.join(root, "etc/shadow")]);
  const home = path.join(root, "home/node");
  await mkdir(home, { recursive: true });
  await execa("chown", ["1000:1000", home]);
}
