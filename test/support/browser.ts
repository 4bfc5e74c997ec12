import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { attempt, succeed } from "./command.ts";

const executablePath = "/usr/bin/chromium";

/** Starts the distribution's Chromium, installing it when root may. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    await attempt("apt-get", ["update", "-q"]);
    await succeed("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
}
