import type { Release } from "../../support/release.ts";
import type { Workspace } from "../../support/workspace.ts";
import type { Fault } from "./fault.ts";
import type { StoreCluster } from "./store-cluster.ts";
import { strikeUnderLoad } from "./under-load.ts";

/** What operators work with. */
export interface Scene {
  store: StoreCluster;
  /** What the stack is brought up from. */
  release: Release;
  /** The release's commands. */
  commands: Workspace;
  /** What was measured on the way, to be printed. */
  notes: string[];
}

/** Something that operators do, and that no customer may notice. */
export interface Operation {
  name: string;
  /** Does it; gives what of it was not as promised, each in a sentence. */
  perform(scene: Scene): Promise<string[]>;
  /** Nodes by which customers come meanwhile. @default all */
  customersAt?(store: StoreCluster): Promise<number[]>;
  /** How many requests may fail, where a node takes those with it that it works on. @default 0 */
  mayFail?: number;
}

/** Does it while customers buy, prints what came of it, and expects that none of them noticed. */
export async function expectUnnoticed(
  operation: Operation,
  scene: Scene,
  seed: number,
): Promise<void> {
  const started = performance.now();
  const outcome = await strikeUnderLoad(scene.store, asFault(operation, scene), seed);
  const { figures, orders, problems } = outcome;
  const line = [
    operation.name,
    `${Math.round((performance.now() - started) / 1000)} s`,
    `${figures.failed} of ${figures.requests} requests failed`,
    `${orders} orders acknowledged`,
    problems.length === 0 ? "as promised" : `${problems.length} PROBLEMS`,
    ...scene.notes.splice(0),
    ...Object.entries(figures.failures).map(([what, count]) => `${count} ${what}`),
  ];
  process.stdout.write(`${line.join(" | ")}\n`);
  expect(problems).toEqual([]);
  expect(orders).toBeGreaterThan(20);
  if (operation.mayFail === undefined) expect(figures.failures).toEqual({});
  else expect(figures.failed).toBeLessThanOrEqual(operation.mayFail);
}

/** An operation as a fault that strikes, lasts and mends by itself. */
function asFault(operation: Operation, scene: Scene): Fault {
  return {
    name: operation.name,
    bound: Number.POSITIVE_INFINITY,
    prepare: async (store) => {
      let problems: string[] = [];
      return {
        clusters: [],
        customersAt: await operation.customersAt?.(store),
        strike: async () => {
          problems = await operation.perform(scene);
        },
        lasts: 0,
        mend: async () => {},
        afterwards: async () => problems,
      };
    },
  };
}

/** Runs `up`, which must succeed. */
export async function up({ commands, store }: Scene): Promise<string[]> {
  const { exitCode, all } = await commands.attempt("up", "--stack", store.site.stack);
  return exitCode === 0 ? [] : [`\`up\` ended with ${exitCode}: ${lastLines(all)}`];
}

/** What a command said at last. */
export function lastLines(text: string): string {
  return text.trim().split("\n").slice(-12).join("\n");
}
