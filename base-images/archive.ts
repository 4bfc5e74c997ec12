import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";

/** What a container of the image starts with, in the words of the image format. */
export interface ImageConfig {
  Env: string[];
  Cmd: string[];
  Entrypoint?: string[];
  Labels: Record<string, string>;
}

/** Debian's and the image format's names of this machine's processor. */
export const architecture = process.arch === "x64" ? "amd64" : process.arch;

/**
 * Writes what `docker load` reads: unlike with `docker import`, an image has the same id on every
 * engine that loads it, and images share their lower layers.
 * @param folder holds the layers, takes the archive's other parts
 * @param layers names of tar files in the folder, the lowest first
 */
export async function writeArchive(
  file: string,
  folder: string,
  layers: string[],
  name: string,
  config: ImageConfig,
): Promise<void> {
  const digests = await Promise.all(layers.map((layer) => sha256(path.join(folder, layer))));
  const created = new Date().toISOString();
  const image = {
    architecture,
    os: "linux",
    created,
    config,
    rootfs: { type: "layers", diff_ids: digests.map((digest) => `sha256:${digest}`) },
    history: layers.map((layer) => ({ created, created_by: layer })),
  };
  const manifest = [{ Config: "config.json", RepoTags: [name], Layers: layers }];
  await writeFile(path.join(folder, "config.json"), JSON.stringify(image));
  await writeFile(path.join(folder, "manifest.json"), JSON.stringify(manifest));
  // Renamed when complete: another process may be at the same work, or this one may be ended.
  const partial = path.join(folder, "archive.tar");
  await execa("tar", ["-cf", partial, "-C", folder, "manifest.json", "config.json", ...layers]);
  await rename(partial, file);
}

/** Packs a folder's content as an image layer. */
export async function writeLayer(file: string, content: string, ...options: string[]) {
  const stable = ["--sort=name", "--numeric-owner", "--mtime=@0"];
  await execa("tar", [...stable, ...options, "-cf", file, "-C", content, "."]);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
