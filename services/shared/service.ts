import type { CommonSettings } from "./common-settings.ts";
import type { Health } from "./health.ts";
import type { Logger } from "./logger.ts";
import type { Server } from "./server.ts";
import { SettingsError } from "./settings.ts";
import { startTracing } from "./tracing.ts";
import { pause } from "./wait.ts";

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIGURATION = 78;
const FINISH_MS = 12_000;
/** Until balancers have noticed that it is not ready any more. */
const NOTICE_MS = 1_500;

export interface Service {
  settings: CommonSettings;
  log: Logger;
  health: Health;
  server: Server;
  /** What has to be done before the first request, such as waiting for a database. */
  prepare?: (signal: AbortSignal) => Promise<void>;
  /** Runs beside the server after that, until the signal. */
  background?: (signal: AbortSignal) => Promise<void>;
  /** Closes what the service opened, after the last answer. */
  close?: () => Promise<void>;
}

/** Reads settings with `create`; a mistake in them is told in full and ends the process. */
export async function runService(create: () => Service): Promise<void> {
  let service: Service;
  try {
    service = create();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIGURATION);
  }
  const { settings, log, health, server } = service;
  const stopping = new AbortController();
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  const stopTracing = await startTracing(String(log.bindings().service));
  await server.listen({ port: settings.port, host: "0.0.0.0" });
  const work = prepare(service, stopping.signal).catch((error: unknown) => {
    log.fatal({ err: error }, "can't start");
    process.exit(1);
  });
  void health.probation.failed.then(async () => {
    log.fatal("most of the first answers were errors: this release ends here");
    health.markDraining();
    await pause(NOTICE_MS);
    process.exit(1);
  });
  const signal = await stopped;
  await drain(service, signal, async () => {
    stopping.abort();
    await work;
    // Where nobody takes the last traces, that is no reason to end badly.
    await stopTracing().catch((error: unknown) => log.warn({ err: error }, "traces are lost"));
  });
  log.info("stopped");
  process.exit(0);
}

async function prepare(service: Service, signal: AbortSignal): Promise<void> {
  await service.prepare?.(signal);
  if (signal.aborted) return;
  service.health.markStarted();
  service.log.info("ready");
  await service.background?.(signal);
}

async function drain(service: Service, signal: string, finish: () => Promise<void>): Promise<void> {
  const { settings, log, health, server } = service;
  log.info({ signal, seconds: settings.drainSeconds }, "draining");
  health.markDraining();
  await pause(settings.drainSeconds * 1_000);
  const overdue = setTimeout(() => {
    log.error("requests were still running at the end of the time to drain");
    process.exit(1);
  }, FINISH_MS);
  await server.close();
  await finish();
  await service.close?.();
  clearTimeout(overdue);
}
