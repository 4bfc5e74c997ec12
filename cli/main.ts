import { Command } from "commander";
import { backupCommand } from "./backup.ts";
import { composeCommand } from "./compose.ts";
import { downCommand } from "./down.ts";
import { driftCommand } from "./drift.ts";
import { loadCommand } from "./load.ts";
import { previewCommand } from "./preview.ts";
import { pulumiCommand } from "./pulumi.ts";
import { quorumCommand } from "./quorum.ts";
import { reinitCommand } from "./reinit.ts";
import { renderCommand } from "./render.ts";
import { restoreCommand } from "./restore.ts";
import { rotateCommand } from "./rotate.ts";
import { shardsCommand } from "./shards.ts";
import { statusCommand } from "./status.ts";
import { switchoverCommand } from "./switchover.ts";
import { upCommand } from "./up.ts";

const program = new Command("npm run")
  .description("the store's commands; each has --help")
  .enablePositionalOptions()
  .addCommand(upCommand())
  .addCommand(downCommand())
  .addCommand(previewCommand())
  .addCommand(driftCommand())
  .addCommand(composeCommand())
  .addCommand(renderCommand())
  .addCommand(statusCommand())
  .addCommand(switchoverCommand())
  .addCommand(reinitCommand())
  .addCommand(quorumCommand())
  .addCommand(shardsCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(rotateCommand())
  .addCommand(loadCommand())
  .addCommand(pulumiCommand());

program.parseAsync().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
