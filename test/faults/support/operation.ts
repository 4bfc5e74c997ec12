import type { Release } from "../../support/release.ts";
import type { Workspace } from "../../support/workspace.ts";
import type { Fault } from "./fault.ts";
import type { StoreCluster } from "./store-cluster.ts";

/** What operators work with. */
export interface Scene {
  store: StoreCluster;
  /** What the stack is brought up from. */
  release: Release;
  /** The release's commands. */
  commands: Workspace;
}

/** Something that operators do, and that no customer may notice. */
export interface Operation {
  name: string;
  /** Does it; gives what of it was not as promised, each in a sentence. */
  perform(scene: Scene): Promise<string[]>;
  /** Nodes by which customers come meanwhile. @default all */
  customersAt?(store: StoreCluster): Promise<number[]>;
  /** How many requests may fail, where an issue of physics says that some do. @default 0 */
  mayFail?: number;
}

/** An operation as a fault that strikes, lasts and mends by itself. */
export function asFault(operation: Operation, scene: Scene): Fault {
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
export async function up({ commands }: Scene): Promise<string[]> {
  const { exitCode, all } = await commands.attempt("up", "--stack", "ha");
  return exitCode === 0 ? [] : [`\`up\` ended with ${exitCode}: ${lastLines(all)}`];
}

/** What a command said at last. */
export function lastLines(text: string): string {
  return text.trim().split("\n").slice(-12).join("\n");
}
