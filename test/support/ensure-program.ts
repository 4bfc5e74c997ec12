import { ensurePrograms, type ProgramSet } from "../../engine/index.ts";

/** What others say of what is rendered, pinned like the engine's own programs. */
const programs: ProgramSet["programs"] = [
  {
    name: "kube-score",
    title: "kube-score",
    binary: "kube-score",
    package: "github.com/zegl/kube-score/cmd/kube-score",
  },
  {
    name: "docker-compose",
    title: "Docker Compose",
    binary: "docker-compose",
    package: "github.com/docker/compose/v2/cmd",
  },
];

/** Prints the path of the program that is named, which is built where the cache lacks it. */
const [, , name = ""] = process.argv;
const executables = await ensurePrograms(
  {
    modules: "test/programs",
    recipe: ["engine/build-folder.ts", "test/support/ensure-program.ts"],
    programs: programs.filter((program) => program.name === name),
  },
  console.error,
);
console.log(executables.get(name));
