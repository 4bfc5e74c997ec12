import type Dockerode from "dockerode";
import { stackLabel } from "./names.ts";
import { describeTask, hasFailed, type Task } from "./task-report.ts";

const pollMilliseconds = 300;

/**
 * Remembers what became of the tasks that fail while a stack is updated. When Swarm goes back to the
 * previous version it forgets the failed task and its log within a second, and the provider says
 * that a service was updated only two seconds after the fact: a task has to be asked while it is
 * there.
 */
export class TaskWatch {
  private readonly api: () => Promise<Dockerode>;
  private readonly prefix: string;
  private readonly reports = new Map<string, { task: Task; text: string }>();
  private readonly started = Date.now();
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param prefix - The stack whose tasks are watched. */
  constructor(api: () => Promise<Dockerode>, prefix: string) {
    this.api = api;
    this.prefix = prefix;
  }

  /** Watches until as many `release` calls have come as `watch` calls. */
  watch(): void {
    this.watchers += 1;
    if (this.watchers === 1) void this.look();
  }

  release(): void {
    this.watchers -= 1;
    if (this.watchers === 0) clearTimeout(this.timer);
  }

  /** What the newest failed task of a service said. */
  reportOn(serviceId: string): string | undefined {
    return this.reports.get(serviceId)?.text;
  }

  /** Looks at all tasks of the stack once; the next look follows. */
  private async look(): Promise<void> {
    try {
      const api = await this.api();
      const filters = { label: [`${stackLabel}=${this.prefix}`] };
      const failed = ((await api.listTasks({ filters })) as Task[]).filter(hasFailed);
      await Promise.all(
        failed.filter((task) => this.isNews(task)).map((task) => this.ask(api, task)),
      );
    } catch {
      // The gate speaks to the same engine, and says what is wrong with it.
    }
    // A watcher that never releases, because its service could not be made, must not keep us here.
    if (this.watchers > 0) {
      this.timer = setTimeout(() => void this.look(), pollMilliseconds).unref();
    }
  }

  private isNews(task: Task): boolean {
    const known = this.reports.get(task.ServiceID)?.task;
    const ours = Date.parse(task.CreatedAt) >= this.started;
    return ours && (!known || task.CreatedAt > known.CreatedAt);
  }

  private async ask(api: Dockerode, task: Task): Promise<void> {
    const { Spec } = await api.getService(task.ServiceID).inspect();
    const text = await describeTask(api, Spec.Name, task);
    if (this.isNews(task)) this.reports.set(task.ServiceID, { task, text });
  }
}
