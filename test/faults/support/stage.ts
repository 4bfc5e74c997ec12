import { startLab, stopLab, type TestLab } from "../../support/lab.ts";
import { Workspace } from "../../support/workspace.ts";
import { StoreCluster } from "./store-cluster.ts";

/** Set to work on the stack `ha` that is up on the lab, and to leave it so. */
export const onRunningStack = "HA_STORE_FAULTS_ON_RUNNING_STACK";

/** The store in three zones on a lab of its own. */
export class Stage {
  readonly store: StoreCluster;
  private readonly lab: TestLab | undefined;
  /** Where its state is kept; none on a stack that ran before. */
  readonly workspace: Workspace | undefined;

  private constructor(store: StoreCluster, lab?: TestLab, workspace?: Workspace) {
    this.store = store;
    this.lab = lab;
    this.workspace = workspace;
  }

  static async open(): Promise<Stage> {
    if (process.env[onRunningStack]) return new Stage(await StoreCluster.find("ha"));
    const workspace = new Workspace();
    const lab = await startLab(3);
    try {
      await workspace.run("up", "--stack", "ha");
      return new Stage(await StoreCluster.find("ha"), lab, workspace);
    } catch (error) {
      workspace.remove();
      await stopLab(lab);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.workspace?.remove();
    await stopLab(this.lab);
  }
}
