import { createReadStream } from "node:fs";
import type Docker from "dockerode";
import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";
import { pull } from "./pull.ts";
import { standInArchive } from "./stand-in.ts";

/** The official images that the Dockerfiles here start from. */
export const baseImages = ["debian:trixie-slim", "node:24-trixie-slim"];

export interface EnsureBaseImagesArgs {
  /** The engine that builds, as in `DOCKER_HOST`. */
  dockerHost: string;
  /** @default {@link baseImages} */
  images?: string[];
  /** Takes progress lines. @default discards them */
  log?: (line: string) => void;
}

/** Engines that could not reach a registry: asking again in this run would only cost time. */
const unreachable = new Map<string, string>();

/**
 * Sees to it that the engine can build from the base images: leaves those it has alone, pulls what
 * can be pulled, and otherwise loads a local stand-in of the same name.
 * @throws when an image can't be had in any way, naming the ways out
 */
export async function ensureBaseImages({
  dockerHost,
  images = baseImages,
  log = () => {},
}: EnsureBaseImagesArgs): Promise<void> {
  const engine = await engineApi(dockerHost);
  await engine.ping().catch((error: Error) => {
    throw new Error(
      `No Docker engine answers at ${dockerHost} (${error.message}). Start it, or name another in ` +
        "DOCKER_HOST.",
    );
  });
  for (const image of images) {
    if (await has(engine, image)) continue;
    if (await pulled(engine, dockerHost, image, log)) continue;
    await load(engine, await standInArchive(image, log));
    log(`${image}: loaded a local stand-in`);
  }
}

async function has(engine: Docker, image: string): Promise<boolean> {
  return engine
    .getImage(image)
    .inspect()
    .then(Boolean, (error: Error & { statusCode?: number }) => {
      if (error.statusCode === 404) return false;
      throw error;
    });
}

async function pulled(
  engine: Docker,
  dockerHost: string,
  image: string,
  log: (line: string) => void,
): Promise<boolean> {
  if (unreachable.has(dockerHost)) return false;
  const failure = await pull(engine, image);
  if (failure === undefined) {
    log(`${image}: pulled`);
    return true;
  }
  unreachable.set(dockerHost, failure);
  log(`${image}: can't be pulled (${failure})`);
  return false;
}

async function load(engine: Docker, archive: string): Promise<void> {
  const progress = await engine.loadImage(createReadStream(archive));
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}
