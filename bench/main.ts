import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ExecaError } from "execa";

/**
 * `npm run bench`. Each benchmark compares two ways within one run on one machine, so its ratio
 * holds where its seconds do not, and ends with 1 when its bound is not met.
 */
const program = new Command("npm run bench --")
  .description("ratios against peers and floors; most on a lab of their own")
  .addCommand(upCommand())
  .addCommand(kubernetesCommand())
  .addCommand(previewCommand())
  .addCommand(scaleCommand())
  .addCommand(replicationCommand())
  .addCommand(servingCommand());

await program.parseAsync();

/** Runs a benchmark with a folder for the state of its stacks; its verdict is the exit code. */
async function run(bench: (home: string) => Promise<boolean>): Promise<never> {
  const home = mkdtempSync(join(tmpdir(), "ha-store-bench-"));
  // The code of the commands reads it when it is loaded, so benchmarks are loaded after this.
  process.env.HA_STORE_HOME = home;
  let met = false;
  try {
    met = await bench(home);
  } catch (error) {
    console.error(`error: ${explain(error)}`);
  }
  rmSync(home, { recursive: true, force: true });
  // What an interrupted measurement left running ends with this process, and does not keep it.
  process.exit(met ? 0 : 1);
}

/** What went wrong; of a command that failed, the end of what it printed. */
function explain(error: unknown): string {
  if (!(error instanceof ExecaError)) return error instanceof Error ? error.message : String(error);
  const printed = `${error.stdout ?? ""}\n${error.stderr ?? ""}`.trim().split("\n");
  return [error.shortMessage, ...printed.slice(-40)].join("\n");
}

function upCommand(): Command {
  return new Command("up")
    .description("cold `pulumi up` of the dev stack against `docker stack deploy` of the same")
    .option("-r, --runs <count>", "measurements of each, 3 or more", atLeast(3), 3)
    .action(({ runs }: { runs: number }) =>
      run(async (home) => (await import("./up.ts")).benchUp(home, runs)),
    );
}

function kubernetesCommand(): Command {
  return new Command("kubernetes")
    .description("cold `pulumi up` of the kubernetes stack against `kubectl apply` of the same")
    .option("-r, --runs <count>", "measurements of each", atLeast(1), 3)
    .action(({ runs }: { runs: number }) =>
      run(async (home) => (await import("./kubernetes.ts")).benchKubernetes(home, runs)),
    );
}

function previewCommand(): Command {
  return new Command("preview")
    .description("no-op preview of the ha stack against the preview of an empty program")
    .option("-r, --runs <count>", "measurements of each, 5 or more", atLeast(5), 7)
    .action(({ runs }: { runs: number }) =>
      run(async (home) => (await import("./preview.ts")).benchPreview(home, runs)),
    );
}

function scaleCommand(): Command {
  return new Command("scale")
    .description("what a service costs when there are more and more of them")
    .option("-r, --runs <count>", "measurements at each size", atLeast(1), 1)
    .option("--sizes <list>", "numbers of services, ascending", sizes, [10, 50, 200])
    .action((options: { runs: number; sizes: number[] }) =>
      run(async (home) => (await import("./scale.ts")).benchScale(home, options)),
    );
}

function replicationCommand(): Command {
  return new Command("replication")
    .description(
      "purchases with asynchronous, synchronous and strict replication; the router's cost",
    )
    .option("-r, --runs <count>", "measurements of each", atLeast(1), 3)
    .option("--seconds <count>", "of each measurement", atLeast(5), 20)
    .action(({ runs, seconds }: { runs: number; seconds: number }) =>
      run(async () => (await import("./replication.ts")).benchReplication(runs, seconds)),
    );
}

function servingCommand(): Command {
  return new Command("serving")
    .description("what the store can serve against Vendure; needs two cores, but no lab")
    .option("-r, --runs <count>", "measurements of each", atLeast(1), 3)
    .option("--seconds <count>", "of each measurement", atLeast(2), 4)
    .action(({ runs, seconds }: { runs: number; seconds: number }) =>
      run(async () => (await import("./serving/index.ts")).benchServing(runs, seconds)),
    );
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= least) return count;
    throw new InvalidArgumentError(`give a whole number from ${least}.`);
  };
}

function sizes(text: string): number[] {
  const list = text.split(",").map(Number);
  const ascending = list.every((size, index) => size > (list[index - 1] ?? 0));
  // One network holds no more than its /24 has addresses.
  const most = 240;
  if (list.length >= 2 && list.every(Number.isInteger) && ascending && Math.max(...list) <= most) {
    return list;
  }
  throw new InvalidArgumentError(`give two or more ascending numbers up to ${most}, like 10,50.`);
}
