// Runs the project's commands on the Node version that the project pins, with its packages installed:
// the newcomer's own Node only has to start this file. Plain JavaScript for that reason.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const entryPoints = {
  engine: "engine/main.ts",
  lab: "lab/main.ts",
  bench: "bench/main.ts",
  build: "services/build.ts",
  test: "test/main.ts",
  faults: "test/faults/main.ts",
};

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "node_modules", ".bin");
const [command = "--help", ...args] = process.argv.slice(2);

installPackages();
const entryPoint = entryPoints[command];
const child = spawn(
  join(bin, process.platform === "win32" ? "node.cmd" : "node"),
  entryPoint ? [join(root, entryPoint), ...args] : [join(root, "cli", "main.ts"), command, ...args],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 130 : 1)));

/** Installs what `package-lock.json` says, unless that is what was installed last. */
function installPackages() {
  const stamp = join(root, "node_modules", ".package-lock.sha256");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("installing packages (npm ci) ...");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) {
    console.error("error: npm ci failed: its message above says why");
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
