import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requiredService } from "../../../cli/platform/platform.ts";
import { storeServices } from "../../../components/store/store-services.ts";
import { lastLines, type Operation, type Scene, up } from "./operation.ts";

/** New images of the same programs, one service after the other. */
export const newImages = (...services: string[]): Operation => ({
  name: `a new image of ${services.join(", ")}, one after the other`,
  perform: async (scene) => {
    const problems: string[] = [];
    for (const service of services) {
      scene.release.extendImage(service, 'LABEL release="2"');
      problems.push(...(await up(scene)));
    }
    return problems;
  },
});

/** A release that must not come through, and what its container says at last. */
interface BadRelease {
  name: string;
  service: string;
  says: string;
  /** Makes the release bad; gives how that is taken back. */
  spoil(scene: Scene): () => void;
}

const entryPoint = (script: string) => `ENTRYPOINT ["node", "-e", ${JSON.stringify(script)}]`;

export const crashingImage = badRelease({
  name: "an image that crashes",
  service: "catalog",
  says: "this release has no configuration",
  spoil: ({ release }) =>
    release.extendImage(
      "catalog",
      entryPoint("console.error('this release has no configuration'); process.exit(1)"),
    ),
});

export const neverHealthyImage = badRelease({
  name: "an image that never becomes healthy",
  service: "orders",
  says: "this release waits for what never comes",
  spoil: ({ release }) =>
    release.extendImage(
      "orders",
      entryPoint(
        "console.log('this release waits for what never comes'); setInterval(() => {}, 1e6)",
      ),
    ),
});

export const failingImage = badRelease({
  name: "an image that becomes healthy and then answers 500",
  service: "storefront",
  says: "most of the first answers were errors",
  spoil: ({ release }) =>
    release.edit("services/storefront/main.tsx", (text) =>
      text.replace(
        "  addSecurityHeaders(",
        `  server.addHook("onRequest", async ({ url }) => {
    if (performance.now() > 4_000 && !url.endsWith("z")) throw new Error("a mistake");
  });
  addSecurityHeaders(`,
      ),
    ),
});

function badRelease({ name, service, says, spoil }: BadRelease): Operation {
  return {
    name,
    perform: async (scene) => {
      const takeBack = spoil(scene);
      const { site, services } = scene.store;
      const { exitCode, all } = await scene.commands.attempt("up", "--stack", site.stack);
      // Kubernetes leaves the previous version's pods beside the new ones: there is no way back.
      const goesBack = site.kind === "swarm";
      const name = requiredService(services, service).physicalName;
      const problems = [
        ...(exitCode === 0 ? ["`up` says that it went well"] : []),
        ...[name, says, ...(goesBack ? ["went back"] : [])]
          .filter((words) => !all.includes(words))
          .map((words) => `\`up\` does not say "${words}", but: ${lastLines(all)}`),
        ...(goesBack ? await onlyPending(scene, service) : []),
      ];
      takeBack();
      return [...problems, ...(await up(scene))];
    },
  };
}

/** What went back is known to Pulumi as well: the next preview has it, and nothing else, to do. */
async function onlyPending({ commands, store }: Scene, service: string): Promise<string[]> {
  const { all } = await commands.attempt("preview", "--stack", store.site.stack, "--json");
  const { steps }: { steps: { op: string; urn: string }[] } = JSON.parse(
    all.slice(all.indexOf("{\n"), all.lastIndexOf("}") + 1),
  );
  const pending = steps
    .filter(({ op }) => op !== "same")
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  return pending.join() === `update ${service}`
    ? []
    : [`the next preview would ${pending.join(", ") || "do nothing"}, not: update ${service}`];
}

/** A new column, which the old release does not know of, with the release that brings it. */
export const migration: Operation = {
  name: "a schema migration together with the release that needs it",
  perform: async (scene) => {
    const folder = join(scene.release.folder, "services", "orders", "migrations");
    const number = String(readdirSync(folder).length + 1).padStart(3, "0");
    writeFileSync(
      join(folder, `${number}-gift-notes.sql`),
      "ALTER TABLE orders ADD COLUMN gift_note text;\nCREATE INDEX orders_gift_note ON orders (gift_note) WHERE gift_note IS NOT NULL;\n",
    );
    return up(scene);
  },
};

/** One service after the other: on one machine, so many new processes at once are a load of their own. */
export const scaling: Operation = {
  name: "each service scaled from 3 to 6 replicas and back, one after the other",
  perform: async (scene) => {
    const problems: string[] = [];
    for (const service of storeServices) {
      const back = scene.release.edit(`Pulumi.${scene.store.site.stack}.yaml`, (text) =>
        text.replace(`${service}Replicas: "3"`, `${service}Replicas: "6"`),
      );
      problems.push(...(await up(scene)));
      back();
      problems.push(...(await up(scene)));
    }
    return problems;
  },
};

/** Each node's edge is another container afterwards. */
export const balancerChange: Operation = {
  name: "another configuration of the load balancers",
  perform: async (scene) => {
    scene.release.edit("components/serving/haproxy-config.ts", (text) =>
      text.replace("timeout queue 5s", "timeout queue 6s"),
    );
    return up(scene);
  },
};
