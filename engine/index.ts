export type { Engine, EngineOptions, EngineSource } from "./engine.ts";
export { ensureEngine, findEngine } from "./ensure.ts";
export { EngineError } from "./errors.ts";
