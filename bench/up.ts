import { join } from "node:path";
import { ComposeStack } from "./compose-stack.ts";
import { withLab } from "./lab.ts";
import { inSeconds, judge, median, timed } from "./report.ts";
import { StoreStack } from "./store-stack.ts";
import { type Serving, waitUntilServing } from "./until-serving.ts";

const bound = 1.3;

/**
 * Cold `pulumi up` against `docker stack deploy` of the same stack as a Compose file. Both find the
 * images built, an empty Swarm and no data; both end when all tasks are healthy and the edge answers.
 */
export function benchUp(home: string, runs: number): Promise<boolean> {
  return withLab(1, async ({ dockerHost, address }) => {
    const store = new StoreStack("dev", dockerHost);
    console.log("building and pushing the images by a first `npm run up` ...");
    const building = await timed(() => store.command("up"));
    const folder = join(home, "compose");
    await store.command("compose", "--with-secrets", "--output", folder);
    await store.removeAllButImages();

    const compose = new ComposeStack(join(folder, "compose.yaml"), dockerHost);
    const serving: Serving = {
      dockerHost,
      stack: store.label,
      services: compose.serviceCount,
      address: `http://${address}:8080/`,
    };
    const up: number[] = [];
    const deploy: number[] = [];
    const command: number[] = [];
    for (let run = 1; run <= runs; run++) {
      up.push(await measureUp(store, serving));
      deploy.push(await measureDeploy(compose, serving));
      command.push(await measureCommand(store, serving));
      const newest = [up, deploy, command].map((series) => inSeconds(series.at(-1) ?? 0));
      console.log(`run ${run}: ${newest.join(", ")}`);
    }

    const met = judge({
      title: `Cold start of the dev stack (${serving.services} services), images built before`,
      subject: { name: "pulumi up", seconds: up },
      peer: { name: "docker stack deploy", seconds: deploy },
      bound,
    });
    const whole = command.map(inSeconds).join(", ");
    console.log(`whole \`npm run up\`: ${whole}; median ${inSeconds(median(command))}`);
    console.log(`the first one, which builds and pushes every image: ${inSeconds(building)}`);
    return met;
  });
}

async function measureUp(store: StoreStack, serving: Serving): Promise<number> {
  const up = await store.operation("up", "--yes", "--skip-preview");
  const seconds = await timed(async () => {
    await up();
    await waitUntilServing(serving);
  });
  await store.removeAllButImages();
  return seconds;
}

async function measureDeploy(compose: ComposeStack, serving: Serving): Promise<number> {
  const seconds = await timed(async () => {
    await compose.deploy();
    await waitUntilServing(serving);
  });
  await compose.remove();
  return seconds;
}

async function measureCommand(store: StoreStack, serving: Serving): Promise<number> {
  const seconds = await timed(async () => {
    await store.command("up");
    await waitUntilServing(serving);
  });
  await store.removeAllButImages();
  return seconds;
}
