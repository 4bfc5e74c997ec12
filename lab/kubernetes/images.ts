import { existsSync } from "node:fs";
import { copyFile, link, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { writeArchive, writeLayer } from "../../base-images/archive.ts";
import { sharedFolder } from "./layout.ts";

/** An image of one static executable, of the lab's own making: no registry is asked for it. */
export interface ProgramImage {
  /** As manifests name it. Its tag tells the executable, so that no node keeps an older one. */
  name: string;
  /** File name of its archive in the nodes' shared folder. */
  archive: string;
}

/** The programs that run in containers. */
export const imagePrograms = ["pause", "coredns", "metrics-server"] as const;
export type ImageProgram = (typeof imagePrograms)[number];
export type ProgramImages = Record<ImageProgram, ProgramImage>;

const folder = (): string => path.join(sharedFolder(), "images");

/** Makes archives of the images that are missing, and removes those of former executables. */
export async function createImages(executables: Map<string, string>): Promise<ProgramImages> {
  await mkdir(folder(), { recursive: true });
  const images = Object.fromEntries(
    imagePrograms.map((program) => [program, imageOf(program, executables.get(program) ?? "")]),
  ) as ProgramImages;
  for (const program of imagePrograms) {
    await createArchive(images[program], program, executables.get(program) ?? "");
  }
  const current = Object.values(images).map(({ archive }) => archive);
  for (const name of await readdir(folder())) {
    if (!current.includes(name)) await rm(path.join(folder(), name), { recursive: true });
  }
  return images;
}

/** The folder of an executable in the engine's cache is named after all it was built from. */
function imageOf(program: string, executable: string): ProgramImage {
  const tag = path.basename(path.dirname(executable));
  return { name: `lab.local/${program}:${tag}`, archive: `${program}-${tag}.tar` };
}

async function createArchive(
  { name, archive }: ProgramImage,
  program: string,
  executable: string,
): Promise<void> {
  const file = path.join(folder(), archive);
  if (existsSync(file)) return;
  const work = await mkdtemp(path.join(folder(), "work-"));
  const content = path.join(work, "content");
  await mkdir(content);
  const target = path.join(content, program);
  await link(executable, target).catch(() => copyFile(executable, target));
  await writeLayer(path.join(work, "program.tar"), content, "--owner=0", "--group=0");
  const config = { Entrypoint: [`/${program}`], Cmd: [], Env: ["PATH=/"], Labels: {} };
  await writeArchive(file, work, ["program.tar"], name, config);
  await rm(work, { recursive: true });
}
