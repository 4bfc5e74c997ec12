import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerEntry } from "../../../load/ledger.ts";
import { type Running, start, stop } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { root } from "../../support/workspace.ts";
import type { Site } from "./site.ts";

const node = join(root, "node_modules", ".bin", "node");

/** Customers who come by a node that is cut off, on its side. */
export class IsolatedCustomers {
  private readonly folder = mkdtempSync(join(tmpdir(), "ha-store-isolated-"));
  private readonly file = join(this.folder, "ledger.jsonl");
  private readonly running: Running;

  /** @param address - Of the store, as the node itself reaches it. */
  constructor(lab: Site["kind"], number: number, address: string, seconds: number) {
    const program = join(root, "test", "faults", "isolated-customers.ts");
    const command = [node, program, address, String(seconds), this.file];
    const exec = [lab, "exec", String(number), "--", ...command];
    this.running = start(node, [join(root, "lab", "main.ts"), ...exec], { cwd: root });
  }

  /** They have begun to buy. */
  async begun(): Promise<void> {
    await until(
      "the isolated customers to begin",
      () => {
        if (this.running.process.exitCode !== null) throw new Error(this.running.output());
        return this.running.output().includes("begun");
      },
      60,
    );
  }

  /** Orders that they were promised, the newest word on each; once they are all served. */
  async orders(): Promise<LedgerEntry[]> {
    const ended = await this.running.exited;
    if (ended !== 0) {
      throw new Error(`the isolated customers ended with ${ended}:\n${this.running.output()}`);
    }
    const text = existsSync(this.file) ? readFileSync(this.file, "utf8") : "";
    const entries = text
      .split("\n")
      .flatMap((line): LedgerEntry[] => (line ? [JSON.parse(line)] : []));
    return [...new Map(entries.map((entry) => [entry.orderId, entry])).values()];
  }

  async stop(): Promise<void> {
    await stop(this.running);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
