import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { hasProgram } from "../lab/host/command.ts";
import { installDebianPackages } from "../lab/host/debian-packages.ts";
import { architecture, type ImageConfig, writeLayer } from "./archive.ts";

export const debianConfig: ImageConfig = {
  Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  Cmd: ["bash"],
  Labels: {
    "org.opencontainers.image.title": "debian",
    "org.opencontainers.image.description":
      "Local stand-in for Debian's official slim image, made by debootstrap",
    "ha-store.stand-in": "true",
  },
};

/** What the official slim images leave out, of their own packages and of those installed later. */
const leftOut = ["doc", "groff", "info", "linda", "lintian", "locale", "man"];

const configurationFiles: Record<string, string> = {
  "etc/dpkg/dpkg.cfg.d/docker": [
    "force-unsafe-io",
    ...leftOut.map((name) => `path-exclude /usr/share/${name}/*`),
    "path-include /usr/share/doc/*/copyright",
    "",
  ].join("\n"),
  "etc/apt/apt.conf.d/docker": `APT::AutoRemove::SuggestsImportant "false";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb || true"; };
`,
  // A container's init system, if any, starts services; installing a package does not.
  "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",
};

/**
 * Makes the one layer of `debian:SUITE-slim`. About 25 s.
 * Packages come from debootstrap's own mirror, or from `HA_STORE_DEBIAN_MIRROR`.
 * @throws when not root, or when debootstrap is missing and can't be installed
 */
export async function writeDebianLayer(file: string, suite: string, work: string): Promise<void> {
  await requireDebootstrap(suite);
  const root = path.join(work, "root");
  const mirror = process.env.HA_STORE_DEBIAN_MIRROR;
  const target = [suite, root, ...(mirror ? [mirror] : [])];
  const made = await execa(
    // In namespaces of its own: what it mounts and starts ends with it, even if it is killed.
    "unshare",
    ["--mount", "--pid", "--fork", "--kill-child", "debootstrap", "--variant=minbase"].concat(
      `--arch=${architecture}`,
      target,
    ),
    { reject: false, all: true, stdin: "ignore" },
  );
  if (made.failed) {
    const log = await readFile(path.join(root, "debootstrap/debootstrap.log"), "utf8").catch(
      () => "",
    );
    throw new Error(
      `debootstrap could not make Debian ${suite}${mirror ? ` from ${mirror}` : ""}:\n` +
        `${tail(made.all)}\n${tail(log)}\n` +
        "HA_STORE_DEBIAN_MIRROR names another mirror of Debian's packages.",
    );
  }
  await completeSources(root, suite);
  for (const [name, text] of Object.entries(configurationFiles)) {
    await mkdir(path.join(root, path.dirname(name)), { recursive: true });
    await writeFile(path.join(root, name), text, { mode: name.includes("bin/") ? 0o755 : 0o644 });
  }
  await removeWhatSlimLacks(root);
  await writeLayer(file, root, "--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*");
}

/** debootstrap names the suite alone: security and stable updates belong to it. */
async function completeSources(root: string, suite: string): Promise<void> {
  const file = path.join(root, "etc/apt/sources.list");
  const [, mirror = ""] = (await readFile(file, "utf8")).trim().split(/\s+/);
  const lines = [`deb ${mirror} ${suite} main`, `deb ${mirror} ${suite}-updates main`];
  if (/\/debian\/?$/.test(mirror)) {
    lines.push(`deb ${mirror.replace(/\/?$/, "-security")} ${suite}-security main`);
  }
  await writeFile(file, `${lines.join("\n")}\n`);
}

async function removeWhatSlimLacks(root: string): Promise<void> {
  const share = leftOut.map((name) => `usr/share/${name}`);
  const isKept = ["-name", "copyright", "-type", "f"];
  for (const rest of [
    ["!", "-type", "d", "!", "(", ...isKept, ")"],
    ["-mindepth", "1", "-type", "d", "-empty"],
  ]) {
    // It complains of folders that are not there.
    await execa("find", [...share, ...rest, "-delete"], { cwd: root, reject: false });
  }
  const emptied = ["var/cache/apt", "var/lib/apt/lists", "var/log", "tmp", "var/tmp"];
  await execa("find", [...emptied, "-mindepth", "1", "!", "-type", "d", "-delete"], { cwd: root });
  // This machine's, which Docker replaces.
  for (const name of ["etc/resolv.conf", "etc/hostname"]) {
    await rm(path.join(root, name), { force: true });
  }
}

async function requireDebootstrap(suite: string): Promise<void> {
  const waysOut =
    "Ways out: let the engine reach an image registry (or a mirror of one, `registry-mirrors` in " +
    `its daemon.json), or \`docker load\` debian:${suite}-slim and node's image from a file.`;
  if (process.getuid?.() !== 0) {
    throw new Error(
      `debian:${suite}-slim can't be pulled, and only root can make a stand-in with debootstrap. ` +
        waysOut,
    );
  }
  if (await hasProgram("debootstrap")) return;
  if (!(await hasProgram("apt-get"))) {
    throw new Error(
      `debian:${suite}-slim can't be pulled, and debootstrap, which makes a stand-in, is missing. ` +
        `Install it with this system's package manager. ${waysOut}`,
    );
  }
  await installDebianPackages(["debootstrap", "debian-archive-keyring"]);
}

const tail = (text = ""): string => text.trimEnd().split("\n").slice(-6).join("\n");
