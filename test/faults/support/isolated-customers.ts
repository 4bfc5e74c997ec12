import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerEntry } from "../../../load/ledger.ts";
import { attempt } from "../../support/command.ts";
import { root } from "../../support/workspace.ts";

const node = join(root, "node_modules", ".bin", "node");

/** Customers who come by a node that is cut off, on its side. */
export class IsolatedCustomers {
  private readonly folder = mkdtempSync(join(tmpdir(), "ha-store-isolated-"));
  private readonly file = join(this.folder, "ledger.jsonl");
  private readonly ended: Promise<{ exitCode: number; all: string }>;

  constructor(number: number, address: string, seconds: number) {
    const program = join(root, "test", "faults", "isolated-customers.ts");
    const command = [node, program, address, String(seconds), this.file];
    const exec = ["swarm", "exec", String(number), "--", ...command];
    this.ended = attempt(node, [join(root, "lab", "main.ts"), ...exec], { cwd: root });
  }

  /** Orders that they were promised, the newest word on each; once they are all served. */
  async orders(): Promise<LedgerEntry[]> {
    const { exitCode, all } = await this.ended;
    if (exitCode !== 0) throw new Error(`the isolated customers ended with ${exitCode}:\n${all}`);
    const text = existsSync(this.file) ? readFileSync(this.file, "utf8") : "";
    rmSync(this.folder, { recursive: true });
    const entries = text
      .split("\n")
      .flatMap((line): LedgerEntry[] => (line ? [JSON.parse(line)] : []));
    return [...new Map(entries.map((entry) => [entry.orderId, entry])).values()];
  }
}
