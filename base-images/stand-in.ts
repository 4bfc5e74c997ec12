import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { architecture, writeArchive } from "./archive.ts";
import { debianConfig, writeDebianLayer } from "./debian.ts";
import { findNode, nodeConfig, writeNodeLayer } from "./node.ts";

/** To be raised when the recipe of a stand-in changes: archives of another number are not used. */
const recipe = 1;

const names = /^(?:debian:|node:(?<major>\d+)-)(?<suite>[a-z]+)-slim$/;

/** Archives being made, so that engines that need the same one at once share the work. */
const underway = new Map<string, Promise<string>>();

/**
 * An archive of a stand-in for an official image, for `docker load`. Made once, then kept in
 * `base-images` below the cache folder.
 * @param name `debian:SUITE-slim` or `node:MAJOR-SUITE-slim`
 * @throws for other names, and when this machine can't make it
 */
export function standInArchive(name: string, log: (line: string) => void): Promise<string> {
  const running = underway.get(name);
  if (running) return running;
  const making = makeArchive(name, log).finally(() => underway.delete(name));
  underway.set(name, making);
  return making;
}

async function makeArchive(name: string, log: (line: string) => void): Promise<string> {
  const { major, suite } = names.exec(name)?.groups ?? {};
  if (!suite) {
    throw new Error(
      `There is no stand-in for ${name}: only for debian:SUITE-slim and node:MAJOR-SUITE-slim. ` +
        "Let the engine reach its registry, or `docker load` it from a file.",
    );
  }
  const node = major ? await findNode(major) : undefined;
  const mirror = process.env.HA_STORE_DEBIAN_MIRROR ?? "";
  const key = digest([recipe, architecture, mirror, node?.version].join("\n"));
  const archive = path.join(cacheFolder(), `${name.replace(":", "-")}-${key}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(cacheFolder(), { recursive: true });
  await removeAbandonedWork();
  const work = await mkdtemp(path.join(cacheFolder(), `work-${process.pid}-`));
  try {
    log(`making a stand-in for ${name}`);
    if (node) {
      const debian = await standInArchive(`debian:${suite}-slim`, log);
      await execa("tar", ["-xf", debian, "-C", work, "debian.tar"]);
      const layer = path.join(work, "node.tar");
      await writeNodeLayer(layer, node.file, path.join(work, "debian.tar"), work);
      await writeArchive(archive, work, ["debian.tar", "node.tar"], name, nodeConfig(node.version));
    } else {
      await writeDebianLayer(path.join(work, "debian.tar"), suite, work);
      await writeArchive(archive, work, ["debian.tar"], name, debianConfig);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return archive;
}

/** What a process that was killed at this work left: some hundred megabytes. */
async function removeAbandonedWork(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    const owner = /^work-(\d+)-/.exec(name)?.[1];
    if (owner && !existsSync(`/proc/${owner}`)) {
      await rm(path.join(cacheFolder(), name), { recursive: true, force: true });
    }
  }
}

const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 12);

function cacheFolder(): string {
  const caches = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(process.env.HA_STORE_CACHE || path.join(caches, "ha-store"), "base-images");
}
