import { join } from "node:path";
import { startLab, stopLab } from "../../support/lab.ts";
import { besideTheStore, root, Workspace } from "../../support/workspace.ts";
import { KubernetesSite } from "./kubernetes-site.ts";
import type { Site } from "./site.ts";
import { StoreCluster } from "./store-cluster.ts";
import { SwarmSite } from "./swarm-site.ts";

/** Set to work on the stack that is up on the lab, and to leave it so. */
export const onRunningStack = "HA_STORE_FAULTS_ON_RUNNING_STACK";

/** The stack that faults strike: `ha` on Swarm, or `kubernetes`. */
export const stack = process.env.HA_STORE_FAULTS_STACK || "ha";

/** The store in three zones on a lab of its own. */
export class Stage {
  readonly store: StoreCluster;
  /** Where its state is kept. */
  readonly workspace: Workspace;
  /** Takes away what was there only for it. */
  readonly close: () => Promise<void>;

  private constructor(store: StoreCluster, workspace: Workspace, close: () => Promise<void>) {
    this.store = store;
    this.workspace = workspace;
    this.close = close;
  }

  static async open(): Promise<Stage> {
    if (process.env[onRunningStack]) {
      const folder = join(root, ".ha-store");
      const workspace = new Workspace({ folder, niceness: besideTheStore });
      return new Stage(await StoreCluster.find(await openSite()), workspace, async () => {});
    }
    if (stack !== "ha") {
      throw new Error(`bring the stack ${stack} up first: these tests do it by themselves for ha`);
    }
    const workspace = new Workspace({ niceness: besideTheStore });
    const lab = await startLab(3);
    const close = async () => {
      workspace.remove();
      await stopLab(lab);
    };
    try {
      await workspace.run("up", "--stack", stack);
      return new Stage(await StoreCluster.find(await openSite()), workspace, close);
    } catch (error) {
      await close();
      throw error;
    }
  }
}

function openSite(): Promise<Site> {
  return stack === "kubernetes" ? KubernetesSite.open(stack) : SwarmSite.open(stack);
}
