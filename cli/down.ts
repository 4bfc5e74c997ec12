import { Command, Option } from "commander";
import { defaultOf } from "../settings.ts";
import { ClusterRecord } from "./cluster-record.ts";
import { isMeant } from "./confirmation.ts";
import { findDockerHost } from "./docker-host.ts";
import { openPlatform, type StackVolume } from "./platform/platform.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { orchestratorOf, stackOption } from "./stack-option.ts";
import { StackFiles } from "./workspace.ts";

interface DownOptions {
  stack: string;
  yes?: boolean;
  keepData?: boolean;
  deleteData?: boolean;
}

/** `npm run down` */
export function downCommand(): Command {
  return new Command("down")
    .description("remove what `up` made in the cluster; volumes only where nothing retains them")
    .addOption(stackOption())
    .option("-y, --yes", "do not ask, not even before data goes")
    .addOption(
      new Option("--keep-data", "leave the volumes: the next `up` finds its data again").conflicts(
        "deleteData",
      ),
    )
    .option("--delete-data", "remove the volumes too, also where the stack retains them")
    .addHelpText("after", "\nThe stack's setting retainVolumes decides where neither is said.")
    .action(async (options: DownOptions) => {
      process.exitCode = await down(new StackFiles(options.stack), options);
    });
}

async function down(files: StackFiles, options: DownOptions): Promise<number> {
  const dockerHost = await findDockerHost(files);
  if (!dockerHost && orchestratorOf(files) === "swarm") {
    console.log("There is no Docker Engine, so there is nothing to remove.");
    return 0;
  }
  const retain = options.keepData || (!options.deleteData && retainsVolumes(files));
  const volumes = retain ? [] : await (await openPlatform(files.stack)).volumes();
  const loss = volumes.length > 0 ? ` and, for ever, the data in ${names(volumes)}` : "";
  if (!options.yes && !(await isMeant(files.stack, `removes the stack ${files.stack}${loss}`))) {
    console.log("Nothing was removed.");
    return 1;
  }
  const pulumi = await PulumiCli.open(files, dockerHost);
  const exitCode = await destroy(pulumi);
  if (exitCode !== 0) return exitCode;
  new ClusterRecord(files.stack).forget();
  for (const volume of volumes) {
    await volume.remove();
    console.log(`removed volume ${volume.name}`);
  }
  if (retain) console.log("Its volumes were left; `--delete-data` removes them too.");
  return 0;
}

/**
 * The provider gives a container no more than its grace period to end, and fails after that, though
 * Swarm has taken the service away. What is left is then seen, and removed, by a second look.
 */
async function destroy(pulumi: PulumiCli): Promise<number> {
  const exitCode = await pulumi.operate("destroy", "--yes", "--skip-preview");
  if (exitCode === 0) return 0;
  console.log("\nNot everything was removed; reading what is left and trying once more ...");
  return pulumi.operate("destroy", "--yes", "--skip-preview", "--refresh");
}

/** What the stack's configuration says; it is not checked here, so that anything but "false" retains. */
function retainsVolumes(files: StackFiles): boolean {
  return String(files.settings().retainVolumes ?? defaultOf("retainVolumes")) !== "false";
}

function names(volumes: StackVolume[]): string {
  return volumes.map(({ name }) => name).join(", ");
}
