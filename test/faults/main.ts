import { Command, InvalidArgumentError } from "commander";
import { execa } from "execa";
import { root } from "../../cli/workspace.ts";
import { swarmStatus } from "../../lab/index.ts";

const program = new Command("npm run faults --")
  .description("a random series of faults on the store in three zones, while customers buy")
  .option("--seed <number>", "the same seed makes the same series", positive, 1)
  .option("--minutes <number>", "no fault begins later", positive, 10)
  .addHelpText(
    "after",
    "\nWorks on the stack ha of the lab that is up, and leaves it so; without a lab, on one of its own.",
  )
  .action(async ({ seed, minutes }: { seed: number; minutes: number }) => {
    const running = (await swarmStatus()) === undefined ? {} : { [onRunningStack]: "yes" };
    const { exitCode } = await execa(
      "jest",
      ["--selectProjects", "faults", "--runInBand", "--verbose", "--", "series"],
      {
        cwd: root,
        stdio: "inherit",
        reject: false,
        preferLocal: true,
        env: {
          HA_STORE_FAULTS_SEED: String(seed),
          HA_STORE_FAULTS_MINUTES: String(minutes),
          ...running,
        },
      },
    );
    process.exitCode = exitCode ?? 1;
  });

const onRunningStack = "HA_STORE_FAULTS_ON_RUNNING_STACK";

await program.parseAsync();

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("give a number above 0.");
}
