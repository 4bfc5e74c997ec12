/** Paths of every service for those who look after it: no customer asks for them. */
export const PROBES: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/provenz", "/metrics"]);
