import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { Engine } from "./engine.ts";
import { addExecutorRoutes } from "./executor-routes.ts";
import { readExecutorSettings } from "./settings.ts";
import { Swarm } from "./swarm.ts";

/** The part with the Docker socket: it scales what it is told, within bounds, and decides nothing. */
function createExecutor(): Service {
  const settings = readExecutorSettings(process.env);
  const log = createLogger("autoscaler-executor", settings.logLevel);
  const swarm = new Swarm(new Engine(settings.dockerSocket), settings.namespace, log);
  const health = new Health(swarm);
  const server = createServer({ ...settings, log, health });
  addExecutorRoutes(server, swarm);
  return { settings, log, health, server };
}

await runService(createExecutor);
