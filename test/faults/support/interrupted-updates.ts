import { orphanedProviders } from "../../../cli/processes.ts";
import type { Operation, Scene } from "./operation.ts";
import { lastLines, up } from "./operation.ts";
import { stack } from "./stage.ts";

const moments = [2, 4, 6, 8, 10, 12, 15, 18, 22, 26];

/** With something new to roll out each time, so that there is something to interrupt. */
function change({ release }: Scene, value: number): void {
  release.extendImage(value % 2 === 0 ? "catalog" : "storefront", `LABEL attempt="${value}"`);
}

/** The whole of it dies: no part can put anything right. */
export const killedUpdates: Operation = {
  name: `\`up\` killed after ${moments.join(", ")} s, and run again each time`,
  perform: async (scene) => {
    const problems: string[] = [];
    for (const [count, seconds] of moments.entries()) {
      change(scene, count);
      await scene.commands.interrupt("SIGKILL", seconds, "up", "--stack", stack);
      const found = await up(scene);
      problems.push(...found.map((problem) => `killed after ${seconds} s: ${problem}`));
    }
    const { exitCode, all } = await scene.commands.attempt(
      "preview",
      "--stack",
      stack,
      "--refresh",
      "--expect-no-changes",
    );
    if (exitCode !== 0) problems.push(`something is left to do: ${lastLines(all)}`);
    const orphans = orphanedProviders(stack).map(({ pid }) => `provider ${pid} was left running`);
    problems.push(...orphans);
    return problems;
  },
};

export const twoUpdates: Operation = {
  name: "two `up` at the same time",
  perform: async (scene) => {
    change(scene, moments.length);
    const results = await Promise.all([
      scene.commands.attempt("up", "--stack", stack),
      scene.commands.attempt("up", "--stack", stack),
    ]);
    const refused = results.filter(({ exitCode }) => exitCode !== 0);
    if (refused.length === 0) return [];
    return refused.length === 1 && /locked by|conflict/i.test(refused[0]?.all ?? "")
      ? []
      : refused.map(({ all }) => `\`up\` failed: ${lastLines(all)}`);
  },
};
