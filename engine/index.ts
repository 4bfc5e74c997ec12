export type { Engine, EngineOptions, EngineSource } from "./engine.ts";
export { ensureEngine, findEngine } from "./ensure.ts";
export { ensurePrograms } from "./ensure-programs.ts";
export { EngineError } from "./errors.ts";
export type { ProgramSet } from "./program-set.ts";
