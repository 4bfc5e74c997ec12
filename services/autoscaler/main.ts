import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { Metrics } from "../shared/metrics.ts";
import { Peer } from "../shared/peer.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { pause } from "../shared/wait.ts";
import { Autoscaler } from "./autoscaler.ts";
import { AutoscalerMetrics } from "./autoscaler-metrics.ts";
import { ExecutorClient } from "./executor-client.ts";
import { LoadMeter } from "./load-meter.ts";
import { readAutoscalerSettings } from "./settings.ts";

/** The part that decides: it looks at the load, and has no rights but to ask the executor. */
function createAutoscaler(): Service {
  const settings = readAutoscalerSettings(process.env);
  const log = createLogger("autoscaler", settings.logLevel);
  const health = new Health();
  const metrics = new Metrics();
  const server = createServer({ ...settings, log, health, metrics });
  const peer = new Peer(
    { name: "The executor", origin: settings.executorUrl, token: undefined },
    log,
  );
  const autoscaler = new Autoscaler(
    new ExecutorClient(peer),
    new LoadMeter(settings.dnsServers),
    new AutoscalerMetrics(metrics),
    log,
  );
  const background = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await autoscaler.look();
      await pause(settings.intervalSeconds * 1_000, signal);
    }
  };
  return { settings, log, health, server, background };
}

await runService(createAutoscaler);
