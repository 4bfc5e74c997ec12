import { type Edge, startEdge } from "../support/edge.ts";
import { Members, PASSWORD } from "../support/members.ts";
import { formFields, Shopper } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

/** Far more than are hashed in the time that they wait. */
const CROWD = 40;

let store: Store;
let edge: Edge;

beforeAll(async () => {
  store = await startStore({ CLIENT_ATTEMPTS_PER_MINUTE: "10000" });
  edge = await startEdge([store.services.storefront.url], { idempotentPaths: ["/register"] });
}, 180_000);

afterAll(async () => {
  await edge?.stop();
  await store?.stop();
});

test("a registration whose browser has left is not worked for, and nobody waits for it", async () => {
  const shopper = new Shopper(edge.origin);
  const fields = formFields(await shopper.get("/register"), "/register");
  const cookie = [...shopper.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const leaving = new AbortController();
  const crowd = Array.from({ length: CROWD }, async (_, index) => {
    const person = { name: "Ada", email: `crowd-${index}@example.com`, password: PASSWORD };
    const answer = await fetch(`${edge.origin}/register`, {
      method: "POST",
      body: new URLSearchParams({ ...fields, ...person }),
      headers: { cookie },
      redirect: "manual",
      signal: leaving.signal,
    });
    expect(answer.status).toBe(303);
  });
  await Promise.any(crowd);
  leaving.abort();
  await Promise.allSettled(crowd);

  // Passwords are hashed in the order of asking: with this one, the crowd's are done or left out.
  const { email } = await new Members(store).join();
  const rows = await store.postgres.query("accounts", "SELECT email FROM accounts");
  const others = rows.filter((row) => row.email !== email);
  expect(others).toHaveLength(rows.length - 1);
  expect(others.length).toBeGreaterThan(0);
  expect(others.length).toBeLessThan(CROWD / 2);
}, 60_000);
