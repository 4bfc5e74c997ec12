import { join } from "node:path";
import { startLab, stopLab, type TestLab } from "../../support/lab.ts";
import { besideTheStore, root, Workspace } from "../../support/workspace.ts";
import { StoreCluster } from "./store-cluster.ts";

/** Set to work on the stack `ha` that is up on the lab, and to leave it so. */
export const onRunningStack = "HA_STORE_FAULTS_ON_RUNNING_STACK";

/** The store in three zones on a lab of its own. */
export class Stage {
  readonly store: StoreCluster;
  /** Where its state is kept. */
  readonly workspace: Workspace;
  /** None where the stack ran before. */
  private readonly lab: TestLab | undefined;

  private constructor(store: StoreCluster, workspace: Workspace, lab?: TestLab) {
    this.store = store;
    this.workspace = workspace;
    this.lab = lab;
  }

  static async open(): Promise<Stage> {
    if (process.env[onRunningStack]) {
      const workspace = new Workspace(root, join(root, ".ha-store"), besideTheStore);
      return new Stage(await StoreCluster.find("ha"), workspace);
    }
    const workspace = new Workspace(root, undefined, besideTheStore);
    const lab = await startLab(3);
    try {
      await workspace.run("up", "--stack", "ha");
      return new Stage(await StoreCluster.find("ha"), workspace, lab);
    } catch (error) {
      workspace.remove();
      await stopLab(lab);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.lab) return;
    this.workspace.remove();
    await stopLab(this.lab);
  }
}
