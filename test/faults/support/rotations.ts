import { isDeepStrictEqual } from "node:util";
import { rotatedSecrets } from "../../../components/store/rotated-secrets.ts";
import { lastLines, type Operation, type Scene } from "./operation.ts";
import { stack } from "./stage.ts";

/** By three times `up`, which restart no member of a database. */
export const rotation = (secret: string): Operation => ({
  name: `rotate ${secret}`,
  perform: async (scene) => {
    const members = await databaseContainers(scene);
    const problems = await rotate(scene, secret);
    return isDeepStrictEqual(await databaseContainers(scene), members)
      ? problems
      : [...problems, "a member of a database was restarted"];
  },
});

/** Sessions of the old key end with it, so that waits for a command of its own. */
const retirement: Operation = {
  name: "rotate sessions --retire",
  perform: async (scene) => {
    const problems = await rotate(scene, "sessions", "--retire");
    const again = await scene.commands.attempt("rotate", "sessions", "--retire", "--stack", stack);
    return again.exitCode === 1 && again.all.includes("no old key")
      ? problems
      : [...problems, `a second time it does not refuse: ${lastLines(again.all)}`];
  },
};

/** On Kubernetes the registry is not the stack's. */
const rotated = rotatedSecrets.filter((secret) => stack === "ha" || secret !== "registry");

export const rotations: Operation[] = [...rotated.map(rotation), retirement];

async function rotate({ commands }: Scene, ...args: string[]): Promise<string[]> {
  const { exitCode, all } = await commands.attempt("rotate", ...args, "--stack", stack);
  return exitCode === 0 ? [] : [`\`rotate\` ended with ${exitCode}: ${lastLines(all)}`];
}

async function databaseContainers({ store }: Scene): Promise<string[]> {
  const members = await Promise.all(store.clusters.map((name) => store.databaseMembers(name)));
  return members
    .flat()
    .map(({ container }) => container.id)
    .sort();
}
