import { withLab } from "./lab.ts";
import { ProgramStack } from "./program-stack.ts";
import { judge, timed } from "./report.ts";
import { StoreStack } from "./store-stack.ts";

const bound = 1.6;

/** No-op preview of the deployed ha stack against the preview of a program that declares nothing. */
export function benchPreview(home: string, runs: number): Promise<boolean> {
  return withLab(3, async ({ dockerHost }) => {
    const store = new StoreStack("ha", dockerHost);
    console.log("bringing up the ha stack ...");
    await store.command("up");
    const previewStore = await store.operation("preview", "--expect-no-changes");
    const empty = await ProgramStack.create("empty", home);
    await empty.operate("up", "--yes", "--skip-preview");
    const previewEmpty = () => empty.operate("preview", "--expect-no-changes");

    // Files that are read for the first time come from the disk.
    await previewStore();
    await previewEmpty();
    const ofStore: number[] = [];
    const ofEmpty: number[] = [];
    for (let run = 1; run <= runs; run++) {
      ofStore.push(await timed(previewStore));
      ofEmpty.push(await timed(previewEmpty));
    }
    return judge({
      title: "Preview of the ha stack, nothing to change",
      subject: { name: "ha stack", seconds: ofStore },
      peer: { name: "empty program", seconds: ofEmpty },
      bound,
    });
  });
}
