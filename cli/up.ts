import { Command, InvalidArgumentError } from "commander";
import { ensureBaseImages } from "../base-images/index.ts";
import { buildServices } from "../services/build.ts";
import { ClusterRecord } from "./cluster-record.ts";
import { checkCluster, checkConfiguration, checkKubernetes } from "./configuration-check.ts";
import { builderHost, ensureDockerHost } from "./docker-host.ts";
import { recoverFromKilledUpdate } from "./killed-update.ts";
import { openPlatform, type Platform } from "./platform/platform.ts";
import { spreadAgain } from "./platform/spread.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { orchestratorOf, stackOption } from "./stack-option.ts";
import { root, StackFiles } from "./workspace.ts";

interface UpOptions {
  stack: string;
  products?: string;
}

/** `npm run up` */
export function upCommand(): Command {
  return new Command("up")
    .description("bring a stack up, with everything it needs on this machine")
    .addOption(stackOption())
    .option(
      "--products <number>",
      "fill an empty catalogue with so many; kept as the stack's setting seedProducts",
      productCount,
    )
    .allowUnknownOption()
    .argument("[pulumi-options...]", "passed on to `pulumi up`")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run up -- --products 5000\n  npm run up -- --stack ha --refresh",
    )
    .action(async (options: string[], { stack, products }: UpOptions) => {
      const files = new StackFiles(stack);
      if (products !== undefined) files.set("seedProducts", products);
      process.exitCode = await up(files, options);
    });
}

function productCount(text: string): string {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= 100_000) return text;
  throw new InvalidArgumentError("give a whole number from 1 to 100000.");
}

/** Brings a stack up; gives the exit code. */
export async function up(files: StackFiles, options: string[]): Promise<number> {
  checkConfiguration(files);
  return orchestratorOf(files) === "kubernetes"
    ? upOnKubernetes(files, options)
    : upOnSwarm(files, options);
}

async function upOnSwarm(files: StackFiles, options: string[]): Promise<number> {
  const dockerHost = await ensureDockerHost(files);
  await checkCluster(files, dockerHost);
  const pulumi = await PulumiCli.open(files, dockerHost);
  await Promise.all([
    recoverFromKilledUpdate(pulumi, files.stack, dockerHost),
    ensureBaseImages({ dockerHost, log: console.log }),
    buildServices(root),
  ]);
  const exitCode = await update(pulumi, files, options);
  if (exitCode !== 0 && (await pulumi.lastUpdateTouchedCluster())) await recordReality(pulumi);
  return exitCode;
}

/** The cluster has to be there; only images may need an engine. */
async function upOnKubernetes(files: StackFiles, options: string[]): Promise<number> {
  await checkKubernetes(files);
  const dockerHost = await builderHost(files);
  const pulumi = await PulumiCli.open(files, dockerHost);
  await Promise.all([
    recoverFromKilledUpdate(pulumi, files.stack),
    dockerHost ? ensureBaseImages({ dockerHost, log: console.log }) : undefined,
    buildServices(root),
  ]);
  return update(pulumi, files, options);
}

/** Reads the cluster first where somebody has changed it by hand. */
async function update(pulumi: PulumiCli, files: StackFiles, options: string[]): Promise<number> {
  const platform = await openPlatform(files.stack);
  const record = new ClusterRecord(files.stack);
  const changed = await record.changes(platform);
  if (changed.length > 0 && !record.exists) await refuseForeignStack(pulumi, files.stack);
  if (changed.length > 0) {
    console.log(`not as the last \`up\` left it: ${changed.join(", ")}; reading the cluster first`);
  }
  const refresh = changed.length > 0 ? ["--refresh"] : [];
  const exitCode = await pulumi.operate("up", "--yes", "--skip-preview", ...refresh, ...options);
  if (exitCode !== 0) return exitCode;
  await spreadReplicas(platform);
  await record.write(platform);
  await sayWhereItIs(pulumi);
  return 0;
}

/** What was asked for is there even if this fails; the next `up` tries again. */
async function spreadReplicas(platform: Platform): Promise<void> {
  try {
    await spreadAgain(await platform.spreadWorkloads(), console.log);
  } catch (error) {
    console.error(`replicas are not spread: ${(error as Error).message}`);
  }
}

/** Another state may have brought it up, whose secrets are not ours. */
async function refuseForeignStack(pulumi: PulumiCli, stack: string): Promise<void> {
  if (await pulumi.knowsResources()) return;
  throw new Error(
    `the cluster has a stack ${stack} that was not brought up with the state that is used here: ` +
      "name the state that it was brought up with (HA_STORE_HOME or PULUMI_BACKEND_URL), or remove the stack first",
  );
}

async function sayWhereItIs(pulumi: PulumiCli): Promise<void> {
  const { addresses, status } = JSON.parse(await pulumi.read("stack", "output", "--json"));
  console.log(`\nThe store is open: ${addresses.join("  ")}`);
  if (status) console.log(`How it is: ${status}`);
}

/**
 * After a failed update the cluster may not be what Pulumi believes: Swarm has taken a bad release
 * back. Reading the cluster once puts that right, so that the next preview shows what is missing.
 */
async function recordReality(pulumi: PulumiCli): Promise<void> {
  console.log("\nThe update failed; reading what the cluster is like now ...");
  await pulumi.operate("refresh", "--yes", "--skip-preview");
}
