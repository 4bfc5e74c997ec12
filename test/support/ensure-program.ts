import { ensurePrograms, type ProgramSet } from "../../engine/index.ts";

/** What manifests are held against, pinned like the engine's own programs. */
const set: ProgramSet = {
  modules: "test/programs",
  recipe: ["engine/build-folder.ts", "test/support/ensure-kube-score.ts"],
  programs: [
    {
      name: "kube-score",
      title: "kube-score",
      binary: "kube-score",
      package: "github.com/zegl/kube-score/cmd/kube-score",
    },
  ],
};

const executables = await ensurePrograms(set, console.error);
console.log(executables.get("kube-score"));
