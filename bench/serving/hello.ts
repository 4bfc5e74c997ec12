// The least that a server on Fastify can do: `PORT=... node hello.ts`.
import Fastify from "fastify";

const server = Fastify();
server.get("/hello", async () => ({ hello: "world" }));
server.get("/readyz", async () => ({ status: "ready" }));
await server.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
