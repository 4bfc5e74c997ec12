import Type from "typebox";
import type { Server } from "../shared/server.ts";
import { ScalableServices, Scale } from "./contract.ts";
import type { Swarm } from "./swarm.ts";

const Named = Type.Object({ name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }) });

/** All that the executor can be asked for. */
export function addExecutorRoutes(server: Server, swarm: Swarm): void {
  server.get("/services", { schema: { response: { 200: ScalableServices } } }, async () => ({
    services: await swarm.services(),
  }));

  server.put(
    "/services/:name/replicas",
    { schema: { params: Named, body: Scale, response: { 200: Scale } } },
    async ({ params, body, log }) => {
      await swarm.scale(params.name, body.replicas);
      log.info({ workload: params.name, replicas: body.replicas }, "scaled");
      return { replicas: body.replicas };
    },
  );
}
