import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { renderCompose } from "../cli/compose/render.ts";
import { type Deployment, nameOf, withoutSecretMarks } from "../cli/compose/resources.ts";
import { writeCompose } from "../cli/compose.ts";
import { root } from "../cli/workspace.ts";
import { ComposeStack } from "./compose-stack.ts";
import { withLab } from "./lab.ts";
import { ProgramStack } from "./program-stack.ts";
import { inSeconds, median, printTable, timed, verdict } from "./report.ts";
import { waitUntilGone, waitUntilServing } from "./until-serving.ts";

const bound = 1.3;
const previewsPerRun = 5;
const prefix = "services-bench";

export interface ScaleOptions {
  /** Numbers of services, ascending. */
  sizes: number[];
  /** How often each size is brought up. */
  runs: number;
}

/** What was measured at one size, in seconds. */
interface Size {
  services: number;
  up: number[];
  deploy: number[];
  preview: number[];
}

const operations = ["up", "deploy", "preview"] as const;
type Operation = (typeof operations)[number];

/** From one size to the next. */
interface Step {
  size: Size;
  before: Size;
}

/**
 * The same work for more and more services of one replica each, after the stack without services,
 * which has its registry, image and network. What a service costs is what it adds to the operation:
 * it should not rise from step to step.
 */
export function benchScale(home: string, { sizes, runs }: ScaleOptions): Promise<boolean> {
  return withLab(1, async ({ dockerHost, address }) => {
    const bench = await ScaleBench.prepare(home, dockerHost, address);
    const results: Size[] = [await bench.floor()];
    for (const services of sizes) results.push(await bench.measure(services, runs));
    return report(results);
  });
}

class ScaleBench {
  private readonly stack: ProgramStack;
  private readonly settings: Record<string, string>;
  private readonly home: string;

  private constructor(stack: ProgramStack, settings: Record<string, string>, home: string) {
    this.stack = stack;
    this.settings = settings;
    this.home = home;
  }

  /** Brings up what all services share. */
  static async prepare(home: string, dockerHost: string, address: string): Promise<ScaleBench> {
    const stack = await ProgramStack.create("services", home);
    const settings = {
      dockerHost,
      registryAddress: `${address}:5000`,
      registryContext: join(root, "services", "registry"),
      imageContext: join(root, "bench", "programs", "services", "image"),
    };
    const bench = new ScaleBench(stack, settings, home);
    console.log("bringing up registry, image and network ...");
    await bench.up(0);
    return bench;
  }

  /** The operations without any service. */
  async floor(): Promise<Size> {
    const up = [await timed(() => this.up(0)), await timed(() => this.up(0))];
    return { services: 0, up, deploy: [0], preview: await this.previews() };
  }

  async measure(services: number, runs: number): Promise<Size> {
    const size: Size = { services, up: [], deploy: [], preview: [] };
    for (let run = 1; run <= runs; run++) {
      size.up.push(await timed(() => this.up(services)));
      size.preview.push(...(await this.previews()));
      const compose = await this.composeStack(services);
      await this.up(0);
      await waitUntilGone(this.settings.dockerHost ?? "", prefix, 1);
      size.deploy.push(await timed(() => this.deploy(compose, services)));
      await compose.remove();
      const newest = [size.up, size.deploy].map((series) => inSeconds(series.at(-1) ?? 0));
      console.log(`${services} services: up ${newest[0]}, docker stack deploy ${newest[1]}`);
    }
    return size;
  }

  private async up(services: number): Promise<void> {
    this.stack.configure({ ...this.settings, services: String(services) });
    await this.stack.operate("up", "--yes", "--skip-preview");
    await this.serving(services);
  }

  private async previews(): Promise<number[]> {
    const seconds: number[] = [];
    for (let run = 0; run < previewsPerRun; run++) {
      seconds.push(await timed(() => this.stack.operate("preview", "--expect-no-changes")));
    }
    return seconds;
  }

  /** The services that are deployed now, as a Compose file; the registry stays where it is. */
  private async composeStack(services: number): Promise<ComposeStack> {
    const exported = (await this.stack.export()) as { deployment: unknown };
    const { resources = [] } = withoutSecretMarks(exported.deployment) as Deployment;
    const project = renderCompose(
      { resources: resources.filter((resource) => nameOf(resource) !== "registry") },
      "file",
    );
    const folder = join(this.home, `compose-${services}`);
    mkdirSync(folder, { recursive: true });
    return new ComposeStack(writeCompose(project, folder), this.settings.dockerHost ?? "");
  }

  private async deploy(compose: ComposeStack, services: number): Promise<void> {
    await compose.deploy();
    await this.serving(services);
  }

  private serving(services: number): Promise<void> {
    const registry = 1;
    const { dockerHost = "" } = this.settings;
    return waitUntilServing({ dockerHost, stack: prefix, services: services + registry });
  }
}

function report(sizes: Size[]): boolean {
  const all = (seconds: number[]) => seconds.map((value) => value.toFixed(2)).join(" ");
  printTable("Measurements, in seconds", [
    ["services", "pulumi up", "docker stack deploy", "no-op preview"],
    ...sizes.map(({ services, up, deploy, preview }) => [
      String(services),
      all(up),
      services > 0 ? all(deploy) : "",
      all(preview),
    ]),
  ]);
  const steps = sizes.slice(1).map((size, index) => ({ size, before: sizes[index] ?? size }));
  const cost = ({ size, before }: Step, key: Operation) =>
    (median(size[key]) - median(before[key])) / (size.services - before.services);
  printTable("Medians, and what each service more than at the size before adds", [
    ["services", "up", "each", "deploy", "each", "preview", "each", "up / deploy"],
    ...steps.map((step) => [
      String(step.size.services),
      ...operations.flatMap((key) => [
        inSeconds(median(step.size[key])),
        `${(cost(step, key) * 1000).toFixed(0)} ms`,
      ]),
      (median(step.size.up) / median(step.size.deploy)).toFixed(2),
    ]),
  ]);
  const [earlier, last] = steps.slice(-2);
  if (!earlier || !last) return false;
  const verdicts = (["up", "preview"] as const).map((key) =>
    verdict(
      `cost of a service in ${key}, up to ${last.size.services} to up to ${earlier.size.services}`,
      cost(last, key) / cost(earlier, key),
      bound,
    ),
  );
  return verdicts.every(Boolean);
}
