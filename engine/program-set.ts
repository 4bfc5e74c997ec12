import { type Program, programs } from "./programs.ts";

/** Go programs that are built alike. Names of files are relative to the project's folder. */
export interface ProgramSet {
  programs: readonly Program[];
  /** The folder that holds each program's Go module, in a folder named like the program. */
  modules: string;
  /** Files that decide what the programs become, besides their modules. */
  recipe: readonly string[];
}

/** The engine's own. */
export const engineSet: ProgramSet = {
  programs,
  modules: "engine/programs",
  recipe: ["engine/build-folder.ts", "engine/prepare.ts", "engine/programs.ts"],
};
