import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { buildServices } from "../services/build.ts";
import { renderVariable } from "../stack/render-folder.ts";
import { checkConfiguration } from "./configuration-check.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { orchestratorOf, stackOption } from "./stack-option.ts";
import { root, StackFiles } from "./workspace.ts";

interface RenderOptions {
  stack: string;
  output: string;
  withSecrets?: boolean;
}

/** `npm run render` */
export function renderCommand(): Command {
  return new Command("render")
    .description("write a Kubernetes stack's manifests, for review or GitOps; needs no cluster")
    .addOption(stackOption())
    .option("-o, --output <folder>", "where to write them", ".ha-store/manifests")
    .option("--with-secrets", "write new secrets beside them, readable by their owner only")
    .addHelpText("after", "\nExample: npm run render -- --stack kubernetes -o /tmp/manifests")
    .action(render);
}

async function render({ stack, output, withSecrets }: RenderOptions): Promise<void> {
  const files = new StackFiles(stack);
  if (orchestratorOf(files) !== "kubernetes") {
    throw new Error(
      `the stack ${stack} runs on Swarm: \`npm run compose\` writes that as one file; ` +
        "give a stack whose orchestrator is kubernetes",
    );
  }
  checkConfiguration(files);
  await buildServices(root);
  // Secrets are in it in plain text until they are sorted out.
  const folder = mkdtempSync(join(tmpdir(), "ha-store-render-"));
  try {
    await renderInto(folder, files);
    const written = await sortOut(
      join(folder, "manifests", "1-manifest"),
      resolve(output),
      withSecrets,
    );
    console.log(`wrote ${written} manifests to ${resolve(output)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A state of its own: nothing is known of what was applied, and nothing is remembered. */
async function renderInto(folder: string, files: StackFiles): Promise<void> {
  const state = join(folder, "state");
  mkdirSync(state);
  const pulumi = await PulumiCli.open(files, undefined, {
    PULUMI_BACKEND_URL: `file://${state}`,
    [renderVariable]: join(folder, "manifests"),
  });
  await pulumi.readOperation("up", "--yes", "--skip-preview").catch((error) => {
    throw new Error(
      `the manifests can't be rendered:\n${error.stdout ?? ""}${error.stderr ?? error}`,
    );
  });
}

/** Copies manifests, and secrets only on demand; what an earlier rendering left goes. */
async function sortOut(from: string, to: string, withSecrets = false): Promise<number> {
  const secretFile = /^v1-secret-/;
  const names = readdirSync(from);
  const manifests = names.filter((name) => !secretFile.test(name));
  const secrets = withSecrets ? names.filter((name) => secretFile.test(name)) : [];
  await copyAll(manifests, from, join(to, "manifests"));
  await copyAll(secrets, from, join(to, "secrets"));
  return manifests.length;
}

/** Their modes, which let only the owner read, come along. */
async function copyAll(names: string[], from: string, to: string): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  if (names.length === 0) return;
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of names) await copyFile(join(from, name), join(to, name));
}
