import type { FastifyReply } from "fastify";
import type { Server } from "./server.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function addSecurityHeaders(server: Server, https: boolean): void {
  server.addHook("onRequest", async (_request, reply) => {
    setSecurityHeaders(reply, https);
  });
}

/** Also for answers that come before any hook, as to an address that can't be parsed. */
export function setSecurityHeaders(reply: FastifyReply, https: boolean): void {
  reply.headers({
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  });
  if (https) reply.header("strict-transport-security", "max-age=31536000");
}
