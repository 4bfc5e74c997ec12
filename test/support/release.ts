import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "./workspace.ts";

const leftOut = ["node_modules", join("services", "node_modules"), ".git", ".ha-store"];

/** Another release of the product: a copy of the checkout, in which things can be changed. */
export class Release {
  readonly folder = mkdtempSync(join(tmpdir(), "ha-store-release-"));

  constructor() {
    cpSync(root, this.folder, {
      recursive: true,
      filter: (path) => !leftOut.includes(relative(root, path)),
    });
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
  }

  /**
   * Changes a file; the change can be taken back.
   * @throws Error when that changes nothing
   */
  edit(file: string, change: (text: string) => string): () => void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`${file} has nothing to change in this way`);
    writeFileSync(path, after);
    return () => writeFileSync(path, before);
  }

  /** Gives an image further instructions at the end of its Dockerfile; they can be taken back. */
  extendImage(service: string, ...instructions: string[]): () => void {
    return this.edit(
      join("services", service, "Dockerfile"),
      (text) => `${text.trimEnd()}\n${instructions.join("\n")}\n`,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
