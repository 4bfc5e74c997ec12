import { json } from "node:stream/consumers";
import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { handOutCredentials } from "../../components/orchestrator/swarm/pull-credentials.ts";
import { type EngineServer, serveEngine } from "./support/engine-server.ts";

const credentials = { username: "ha-store-2", password: "new", serveraddress: "10.77.0.11:5000" };
const spec = { Name: "shop-catalog", TaskTemplate: { ContainerSpec: { Env: ["B=2", "A=1"] } } };

let engine: EngineServer | undefined;
afterEach(() => engine?.close());

/** What a service was updated with. */
interface Update {
  version: string | null;
  auth: object;
  body: object;
}

/** Hands out to a stack of one service. */
async function handOut(givenBefore: object[], refusals = 0): Promise<Update[]> {
  const updates: Update[] = [];
  let left = refusals;
  const bodies: Promise<void>[] = [];
  engine = await serveEngine({
    "/configs": () => givenBefore,
    "/services": () => [{ ID: "one" }],
    "/services/one": () => ({ ID: "one", Version: { Index: 7 - left }, Spec: spec }),
    "/services/one/update": (query, response) => {
      if (left-- > 0) {
        const message = "rpc error: code = Unknown desc = update out of sequence";
        response.writeHead(500).end(JSON.stringify({ message }));
        return undefined;
      }
      const { req } = response;
      const auth = JSON.parse(
        Buffer.from(String(req.headers["x-registry-auth"]), "base64").toString(),
      );
      bodies.push(
        json(req).then((body) => {
          updates.push({ version: query.get("version"), auth, body: Object(body) });
        }),
      );
      return {};
    },
  });
  await handOutCredentials(await engineApi(engine.host), "shop", "abc", credentials);
  await Promise.all(bodies);
  return updates;
}

test("every service gets them by an update to what it is already", async () => {
  const [update, ...more] = await handOut([]);
  expect(more).toEqual([]);
  expect(update?.auth).toEqual(credentials);
  expect(update?.version).toBe("7");
  expect(update?.body).toMatchObject(spec);
});

test("nobody gets what was handed out before", async () => {
  expect(await handOut([{ ID: "registry-credentials-1" }])).toEqual([]);
});

test("a service that somebody changes meanwhile is asked again", async () => {
  const [update] = await handOut([], 2);
  expect(update?.version).toBe("7");
});

test("a service that is changed all the time is told of", async () => {
  await expect(handOut([], 99)).rejects.toThrow("out of sequence");
});
