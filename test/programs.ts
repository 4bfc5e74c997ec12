import { existsSync, globSync } from "node:fs";
import { hasProgram } from "../lab/host/command.ts";
import { installDebianPackages } from "../lab/host/debian-packages.ts";

interface Program {
  isPresent(): boolean | Promise<boolean>;
  /** Whichever of them this release of Debian has. */
  packages: readonly string[];
}

const postgres: Program = {
  isPresent: () => globSync("/usr/lib/postgresql/*/bin/postgres").length > 0,
  packages: ["postgresql"],
};
const valkey: Program = {
  isPresent: async () => (await hasProgram("valkey-server")) || (await hasProgram("redis-server")),
  packages: ["valkey-server", "redis-server"],
};
const prometheus: Program = {
  isPresent: async () => (await hasProgram("prometheus")) && (await hasProgram("promtool")),
  packages: ["prometheus"],
};
const alertmanager: Program = {
  isPresent: () => hasProgram("prometheus-alertmanager"),
  packages: ["prometheus-alertmanager"],
};
const chromium: Program = {
  isPresent: () => existsSync("/usr/bin/chromium"),
  packages: ["chromium"],
};

const onPath = (name: string): Program => ({ isPresent: () => hasProgram(name), packages: [name] });

/** What a suite, or a benchmark, starts on this machine that npm can't install. */
const programsOf: Record<string, readonly Program[]> = {
  services: [
    postgres,
    valkey,
    onPath("haproxy"),
    prometheus,
    alertmanager,
    onPath("prometheus-node-exporter"),
  ],
  serving: [postgres, valkey, onPath("haproxy"), onPath("wrk")],
  e2e: [chromium],
};

/** @throws Error that names the packages, where they can't be installed. */
export async function installPrograms(suite: string): Promise<void> {
  for (const program of programsOf[suite] ?? []) {
    if (!(await program.isPresent())) await installOneOf(program.packages);
  }
}

async function installOneOf(packages: readonly string[]): Promise<void> {
  const failures: unknown[] = [];
  for (const name of packages) {
    console.log(`installing ${name}`);
    try {
      return await installDebianPackages([name]);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(
    failures,
    `install ${packages.join(" or ")} first: it can't be done here`,
  );
}
