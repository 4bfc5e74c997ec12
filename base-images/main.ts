import { Command } from "commander";
import { baseImages, ensureBaseImages } from "./index.ts";

interface Options {
  dockerHost: string;
}

new Command("base-images")
  .description("make a Docker engine able to build from the official base images")
  .argument("[images...]", "their names", baseImages)
  .option(
    "-H, --docker-host <address>",
    "the engine",
    process.env.DOCKER_HOST || "unix:///var/run/docker.sock",
  )
  .action((images: string[], { dockerHost }: Options) =>
    ensureBaseImages({ dockerHost, images, log: (line) => console.error(line) }),
  )
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
