import { type Browser, chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Starts the distribution's Chromium. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
}
