import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { run } from "./command.ts";

const policy = "/usr/sbin/policy-rc.d";
/** Another process may be installing, like the other kind of lab: seconds to wait for it. */
const patience = ["-o", "DPkg::Lock::Timeout=300"];

/** Installs packages without starting the services in them. */
export async function installDebianPackages(packages: string[]): Promise<void> {
  const ours = !existsSync(policy);
  if (ours) await writeFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const install = () =>
      execa("apt-get", ["install", "-y", "--no-install-recommends", ...patience, ...packages], {
        env: { DEBIAN_FRONTEND: "noninteractive" },
        stdin: "ignore",
        reject: false,
      });
    if ((await install()).failed) {
      await run("apt-get", "update");
      const second = await install();
      if (second.failed) {
        throw new Error(`apt-get install ${packages.join(" ")} failed:\n${second.stderr}`);
      }
    }
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}
