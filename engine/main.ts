import { rm } from "node:fs/promises";
import { Command } from "commander";
import { engineCache } from "./cache.ts";
import type { Engine } from "./engine.ts";
import { ensureEngine, findEngine } from "./ensure.ts";
import { EngineError } from "./errors.ts";
import { withCacheLock } from "./lock.ts";
import { buildEngine } from "./source-engine.ts";

const program = new Command("engine")
  .description("the Pulumi engine that this project runs with; makes it ready if there is none")
  .addHelpText(
    "after",
    "\nHA_STORE_ENGINE=path|official|source allows only that one; default: the first that works.",
  )
  .option("--json", "print the answer as JSON, and progress on standard error")
  .action(async () => show(await ensureEngine({ log: progress() })));

program
  .command("status")
  .description("tells which engine is ready, without making one")
  .action(async () => {
    const found = await findEngine(progress());
    if ("engine" in found) show(found.engine);
    else if (program.opts().json) console.log("null");
    else console.log("no engine is ready: `npm run engine` makes one");
  });

program
  .command("env")
  .description('makes an engine ready and prints its environment, for `eval "$(...)"` of a shell')
  .action(async () => {
    const { env } = await ensureEngine({ log: console.error });
    if (program.opts().json) console.log(JSON.stringify(env));
    else for (const [name, value] of Object.entries(env)) console.log(assignment(name, value));
  });

program
  .command("build")
  .description("builds the engine from Go modules, whatever else there is")
  .action(async () => {
    const built = await buildEngine(progress());
    if ("unusable" in built) throw new EngineError(`it can't be built: ${built.unusable}`);
    show(built.engine);
  });

program
  .command("clean")
  .description("removes every engine that was fetched or built")
  .action(async () => {
    await withCacheLock(progress(), async () => {
      for (const part of ["installed", "official", "programs"]) {
        await rm(`${engineCache()}/${part}`, { recursive: true, force: true });
      }
    });
    console.log(`removed what was in ${engineCache()}`);
  });

function progress(): (line: string) => void {
  return program.opts().json ? console.error : console.log;
}

function assignment(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", "'\\''")}'`;
}

function show(engine: Engine): void {
  if (program.opts().json) {
    console.log(JSON.stringify(engine));
    return;
  }
  const { source, version, binDir, env } = engine;
  console.log(`Pulumi ${version} (${source}) in ${binDir}`);
  if (env.PULUMI_HOME) console.log(`its home, with plugins and logins: ${env.PULUMI_HOME}`);
}

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof EngineError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
});
