import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { execa } from "execa";
import { root } from "../../cli/workspace.ts";
import { kubernetesStatus, swarmStatus } from "../../lab/index.ts";

const what = {
  series: "a random series of faults, by seed",
  table: "each fault once",
  "third-shard": "a shard added to two, and its share of the buckets moved to it",
  "restore-drill": "a shard's volumes destroyed, and restored to a time",
  operations: "what operators do: roll out, scale, drain, replace, ...",
};

interface FaultsOptions {
  stack: "ha" | "kubernetes";
  seed: number;
  minutes: number;
}

const program = new Command("npm run faults --")
  .description("faults and operations on the store in three zones, while customers buy")
  .addArgument(
    new Argument("[what]", list(what)).choices(Object.keys(what)).default("series", "series"),
  )
  .addOption(
    new Option("-s, --stack <name>", "what they strike")
      .choices(["ha", "kubernetes"])
      .default("ha"),
  )
  .option("--seed <number>", "the same seed makes the same series", positive, 1)
  .option("--minutes <number>", "no fault of a series begins later", positive, 10)
  .addHelpText(
    "after",
    "\nWorks on the stack that is up on its lab, and leaves it so; ha also on a lab of its own, where none is up.",
  )
  .action(async (chosen: keyof typeof what, { stack, seed, minutes }: FaultsOptions) => {
    const lab = stack === "ha" ? await swarmStatus() : await kubernetesStatus();
    const running = lab === undefined ? {} : { [onRunningStack]: "yes" };
    const { exitCode } = await execa(
      "jest",
      ["--selectProjects", "faults", "--runInBand", "--verbose", "--", `faults/${chosen}.test`],
      {
        cwd: root,
        stdio: "inherit",
        reject: false,
        preferLocal: true,
        env: {
          HA_STORE_FAULTS_STACK: stack,
          HA_STORE_FAULTS_SEED: String(seed),
          HA_STORE_FAULTS_MINUTES: String(minutes),
          HA_STORE_FAULTS_OPERATIONS: chosen === "operations" ? "yes" : "",
          ...running,
        },
      },
    );
    process.exitCode = exitCode ?? 1;
  });

const onRunningStack = "HA_STORE_FAULTS_ON_RUNNING_STACK";

await program.parseAsync();

function list(choices: Record<string, string>): string {
  return Object.entries(choices)
    .map(([name, meaning]) => `${name}: ${meaning}`)
    .join("; ");
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("give a number above 0.");
}
