import type { KubernetesObject, Watch } from "@kubernetes/client-node";

/** A watch that ended, as each does after minutes, is opened again after so long. */
const reopenMilliseconds = 1000;

/** Keeps a path of the API watched from when it is made until it is stopped. */
export class PathWatch {
  private readonly watch: Watch;
  private readonly path: string;
  private readonly told: (object?: KubernetesObject) => void;
  private stream: AbortController | undefined;
  private reopening: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param told - Of each object that is there or changes; without one, when nothing more is told for now. */
  constructor(watch: Watch, path: string, told: (object?: KubernetesObject) => void) {
    this.watch = watch;
    this.path = path;
    this.told = told;
    void this.open();
  }

  get isOpen(): boolean {
    return this.stream !== undefined;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.reopening);
    this.stream?.abort();
  }

  private async open(): Promise<void> {
    let ended = false;
    const end = () => {
      if (!ended) this.end();
      ended = true;
    };
    const tell = (_phase: string, object?: KubernetesObject) => this.told(object);
    const stream = await this.watch.watch(this.path, {}, tell, end).catch(end);
    if (!stream || ended) return;
    if (this.stopped) stream.abort();
    else this.stream = stream;
  }

  private end(): void {
    this.stream = undefined;
    if (this.stopped) return;
    this.told();
    this.reopening = setTimeout(() => void this.open(), reopenMilliseconds);
  }
}
