import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type Dockerode from "dockerode";
import { type LogFrame, takeFrames } from "../../../components/orchestrator/swarm/log-frames.ts";
import type { OutputListener } from "../platform.ts";

const patienceMilliseconds = 15_000;

/**
 * What a one-task service prints, as it comes. A followed log never says that it is complete, so at
 * the end the log is read as a whole and what has not come yet is given.
 */
export class JobOutput {
  private readonly service: Dockerode.Service;
  private readonly onOutput: OutputListener;
  private readonly decoders = {
    stdout: new StringDecoder("utf8"),
    stderr: new StringDecoder("utf8"),
  };
  private readonly abort = new AbortController();
  private given = 0;

  constructor(api: Dockerode, serviceId: string, onOutput: OutputListener) {
    this.service = api.getService(serviceId);
    this.onOutput = onOutput;
  }

  /** Gives output from now on. */
  start(): void {
    // Whatever keeps the log from being followed: `finish` gives all of it.
    this.followLog().catch(() => undefined);
  }

  /**
   * Gives the rest; to be called once the task has ended.
   * @throws Error when its node does not hand out the log
   */
  async finish(): Promise<void> {
    this.stop();
    const log: unknown = await this.service.logs({
      stdout: true,
      stderr: true,
      abortSignal: AbortSignal.timeout(patienceMilliseconds),
    });
    const raw = Buffer.isBuffer(log) ? log : Buffer.from(String(log), "latin1");
    for (const frame of takeFrames(raw).frames.slice(this.given)) this.give(frame);
  }

  /** Gives nothing more by itself. */
  stop(): void {
    this.abort.abort();
  }

  private async followLog(): Promise<void> {
    const options = { stdout: true, stderr: true, follow: true, abortSignal: this.abort.signal };
    const log = (await this.service.logs(options)) as unknown as Readable;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of log) {
      if (this.abort.signal.aborted) return;
      const taken = takeFrames(Buffer.concat([rest, chunk as Buffer]));
      rest = taken.rest;
      for (const frame of taken.frames) this.give(frame);
    }
  }

  private give({ stream, content }: LogFrame): void {
    this.given += 1;
    this.onOutput(this.decoders[stream].write(content), stream);
  }
}
