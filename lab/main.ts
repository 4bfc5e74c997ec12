import { Command } from "commander";
import { kubernetesCommand } from "./kubernetes/commands.ts";
import { swarmCommand } from "./swarm/commands.ts";

const program = new Command("lab")
  .description("clusters of several isolated hosts on this Linux machine")
  .addCommand(swarmCommand())
  .addCommand(kubernetesCommand());

program.parseAsync().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
