import { readCommonSettings } from "../../services/shared/common-settings.ts";
import { Health } from "../../services/shared/health.ts";
import { createLogger } from "../../services/shared/logger.ts";
import { createServer } from "../../services/shared/server.ts";
import { runService } from "../../services/shared/service.ts";
import { SettingsReader } from "../../services/shared/settings.ts";

/**
 * A service that says which release answered; with `MISTAKE` it becomes ready as any other does, and
 * fails at each request.
 */
await runService(() => {
  const log = createLogger("trial", "info");
  const health = new Health();
  const server = createServer({ log, health });
  server.route({
    method: ["GET", "POST"],
    url: "/",
    handler: async () => {
      if (process.env.MISTAKE) throw new Error(process.env.MISTAKE);
      return { release: process.env.RELEASE };
    },
  });
  return { settings: readCommonSettings(new SettingsReader(process.env)), log, health, server };
});
