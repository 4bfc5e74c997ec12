import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A build context of its own for each test of the block around it. @returns where the current one is */
export function imageContext(): () => string {
  let context: string;
  beforeEach(() => {
    context = mkdtempSync(join(tmpdir(), "image-"));
    writeFileSync(join(context, "Dockerfile"), "FROM debian:trixie-slim\n");
  });
  afterEach(() => rmSync(context, { recursive: true }));
  return () => context;
}
