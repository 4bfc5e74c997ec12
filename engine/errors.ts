/** The user can do something about it; the message says what. */
export class EngineError extends Error {
  override name = "EngineError";
}
