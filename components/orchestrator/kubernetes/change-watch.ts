import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject, Watch } from "@kubernetes/client-node";
import { nameLabel } from "./names.ts";
import { PathWatch } from "./path-watch.ts";

/** What changes from moment to moment is looked at no more often than that. */
const restMilliseconds = 500;

/** Whoever waits for a workload is told when to look at it again. */
export interface Changes {
  /**
   * Resolves when the workload or one of its pods has changed since the last time; after that long in any
   * case, because a watch that is cut off may not tell; and after half a second where nothing is watched.
   */
  next(milliseconds: number): Promise<void>;
}

/**
 * Watches a namespace's workloads and pods while somebody waits for one of them. To ask instead, of thirty
 * workloads twice a second, has the API server read, write and the program parse as many whole objects.
 */
export class ChangeWatch {
  private readonly watch: Watch;
  private readonly paths: string[];
  private readonly waiters = new Set<Waiter>();
  private watches: PathWatch[] = [];

  constructor(watch: Watch, namespace: string) {
    this.watch = watch;
    const workloads = ["deployments", "statefulsets", "daemonsets"];
    this.paths = [
      `/api/v1/namespaces/${namespace}/pods`,
      ...workloads.map((kind) => `/apis/apps/v1/namespaces/${namespace}/${kind}`),
    ];
  }

  /** Does what waits for a workload of that name. */
  async during<T>(name: string, wait: (changes: Changes) => Promise<T>): Promise<T> {
    const waiter = new Waiter(name, () => this.isOpen);
    if (this.waiters.size === 0) this.open();
    this.waiters.add(waiter);
    try {
      return await wait(waiter);
    } finally {
      this.waiters.delete(waiter);
      if (this.waiters.size === 0) this.close();
    }
  }

  private get isOpen(): boolean {
    return this.watches.every(({ isOpen }) => isOpen);
  }

  private open(): void {
    const told = (object?: KubernetesObject) => {
      for (const waiter of this.waiters) if (waiter.isOf(object)) waiter.tell();
    };
    this.watches = this.paths.map((path) => new PathWatch(this.watch, path, told));
  }

  private close(): void {
    for (const watch of this.watches) watch.stop();
  }
}

class Waiter implements Changes {
  private readonly name: string;
  private readonly isWatched: () => boolean;
  private changed = false;
  private wake: (() => void) | undefined;

  constructor(name: string, isWatched: () => boolean) {
    this.name = name;
    this.isWatched = isWatched;
  }

  /** Where nothing more is told, anything may have changed. */
  isOf(object: KubernetesObject | undefined): boolean {
    const { name, labels } = object?.metadata ?? {};
    return object === undefined || name === this.name || labels?.[nameLabel] === this.name;
  }

  tell(): void {
    this.changed = true;
    this.wake?.();
  }

  async next(milliseconds: number): Promise<void> {
    await pause(restMilliseconds);
    if (!this.changed && this.isWatched()) await this.told(milliseconds - restMilliseconds);
    this.changed = false;
  }

  private told(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
