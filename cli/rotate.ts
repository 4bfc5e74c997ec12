import { Argument, Command } from "commander";
import { firstVersion } from "../components/security/versions.ts";
import { type RotatedSecret, rotatedSecrets } from "../components/store/rotated-secrets.ts";
import type { Settings } from "../settings.ts";
import { checkConfiguration } from "./configuration-check.ts";
import { runningStackHost } from "./docker-host.ts";
import { openPlatform } from "./platform/platform.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { deployedVersions, operationsLookedAt } from "./rotate/deployed.ts";
import { untilDrained } from "./rotate/drained.ts";
import { rotationSteps } from "./rotate/steps.ts";
import { stackOption } from "./stack-option.ts";
import { up } from "./up.ts";
import { StackFiles } from "./workspace.ts";

interface RotateOptions {
  stack: string;
  retire?: boolean;
}

const help = `
Secrets:
  databases    passwords of the services' logins to their databases
  cache        the services' password for the cache
  registry     the password that nodes pull images with, and \`up\` pushes them (on Swarm)
  token        the token by which services know each other
  sessions     the key that sessions are signed with
  certificate  the generated certificate of the edge

A new version is accepted beside the old one, then used, then the old one is removed: three times \`up\`.
Each is written to the setting secretVersions before. Interrupted or failed, the same command goes on.

Examples:
  npm run rotate -- databases --stack ha
  npm run rotate -- sessions --stack ha
  npm run rotate -- sessions --stack ha --retire      a week later`;

/** `npm run rotate` */
export function rotateCommand(): Command {
  return new Command("rotate")
    .description("replace a secret by a new one, without a failed request")
    .addArgument(new Argument("<secret>", "what to rotate").choices(rotatedSecrets))
    .addOption(stackOption())
    .option("--retire", "of sessions: refuse the old key; who has not come since is signed out")
    .addHelpText("after", help)
    .action(async (secret: RotatedSecret, { stack, retire = false }: RotateOptions) => {
      await rotate(new StackFiles(stack), secret, retire);
    });
}

async function rotate(files: StackFiles, secret: RotatedSecret, retire: boolean): Promise<void> {
  const { stack } = files;
  const { secretVersions, tls, orchestrator } = checkConfiguration(files);
  if (secret === "certificate") refuseOwnCertificate(tls);
  if (secret === "registry" && orchestrator === "kubernetes") refuseOwnRegistry();
  const platform = await openPlatform(stack);
  const pulumi = await PulumiCli.open(files, await runningStackHost(files));
  const deployed = deployedVersions(await pulumi.history(operationsLookedAt), secret);
  if (!deployed) {
    throw new Error(
      `the stack ${stack} is not up: \`npm run up -- --stack ${stack}\` brings it up`,
    );
  }
  const listed = secretVersions[secret] ?? firstVersion;
  const steps = rotationSteps({ secret, listed, deployed, retire });

  for (const [index, { versions, does }] of steps.entries()) {
    console.log(`\n${secret}, step ${index + 1} of ${steps.length}: ${does}`);
    await untilDrained(platform);
    files.set("secretVersions", { ...secretVersions, [secret]: versions });
    if ((await up(files, [])) === 0) continue;
    throw new Error(
      `the rotation of ${secret} stopped at step ${index + 1} of ${steps.length}: mend what is said above, ` +
        "then give the same command again; it goes on there",
    );
  }
  const reached = steps.at(-1)?.versions ?? listed;
  console.log(`\n${summary(stack, secret, reached)}`);
}

function refuseOwnCertificate(tls: Settings["tls"]): void {
  if (tls === "off") throw new Error("tls is off: there is no certificate to rotate");
  if (tls === "generated") return;
  throw new Error(
    "the certificate is yours (tls is provided): set tlsCertificate and tlsPrivateKey to another one, " +
      "then `npm run up`",
  );
}

function refuseOwnRegistry(): never {
  throw new Error(
    "the registry is yours: have it accept another password beside the old one, set imageRegistryPassword to it, " +
      "then `npm run up`",
  );
}

function summary(stack: string, secret: RotatedSecret, [used = "", old]: string[]): string {
  const commit = `Pulumi.${stack}.yaml says so: commit it.`;
  if (old === undefined) return `${secret}: version ${used} is the only one. ${commit}`;
  return (
    `${secret}: version ${used} is used. ${commit}\n` +
    `Sessions of version ${old} are accepted, and signed anew when their owners come back; they last a week. Then:\n` +
    `  npm run rotate -- sessions --stack ${stack} --retire`
  );
}
