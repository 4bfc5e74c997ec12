import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { createAccounts } from "./accounts.ts";
import { createCertificates } from "./certificates.ts";
import { credentialsFolder } from "./layout.ts";

/** Makes certificates and accounts, once in a lab's life. */
export async function ensureCredentials(): Promise<void> {
  if (existsSync(credentialsFolder())) return;
  const unfinished = `${credentialsFolder()}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700, recursive: true });
  await createCertificates(unfinished);
  await createAccounts(unfinished);
  // Renamed only when whole: a lab with half of its credentials could never be mended.
  await rename(unfinished, credentialsFolder());
}
