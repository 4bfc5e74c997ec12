import { call } from "../support/customers.ts";
import { Members, NEW_PASSWORD, PASSWORD } from "../support/members.ts";
import { textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const FREE = 3;

let store: Store;
let members: Members;

beforeAll(async () => {
  store = await startStore({
    SIGN_IN_FREE_FAILURES: String(FREE),
    SIGN_IN_FIRST_WAIT_SECONDS: "5",
    CLIENT_ATTEMPTS_PER_MINUTE: "60",
  });
  members = new Members(store);
}, 180_000);

afterAll(() => store?.stop());

let lastAddress = 0;

/** Somebody at an address of their own, as the balancer tells it. */
function visitor() {
  lastAddress += 1;
  return members.visitor({ "x-forwarded-for": `192.0.2.${lastAddress}` });
}

/** Wrong passwords from ever new places; the answers' status. */
async function hammer(email: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) {
    statuses.push((await members.signIn(email, `guess ${time}`, visitor())).answer.status);
  }
  return statuses;
}

async function attempts(): Promise<Record<string, unknown>[]> {
  return await store.postgres.query("accounts", "SELECT * FROM attempts");
}

/** As if their time was over. */
async function forget(): Promise<void> {
  const sql = "UPDATE attempts SET next_at = now(), forget_at = now() - interval '1 second'";
  await store.postgres.query("accounts", sql);
}

describe("whoever guesses the password of an e-mail", () => {
  test("has to wait, is told how long, and learns nothing while waiting", async () => {
    const { email } = await members.join();
    expect(await hammer(email, FREE + 2)).toEqual([422, 422, 422, 429, 429]);
    const { answer } = await members.signIn(email, PASSWORD, visitor());
    expect(answer.status).toBe(429);
    expect(["1", "2", "3", "4", "5"]).toContain(answer.headers.get("retry-after"));
    expect(textOf(answer)).toMatch(
      /Too many attempts\. Please wait [1-5] seconds?, then try again\./,
    );
    expect(answer.html).toContain('action="/sign-in"');
  });

  test("finds an e-mail without an account to be the same", async () => {
    const unknown = `${crypto.randomUUID()}@example.com`;
    const { email } = await members.join();
    const answers = async (address: string) => {
      const statuses = await hammer(address, FREE + 1);
      const { answer } = await members.signIn(address.toUpperCase(), "guess", visitor());
      const text = textOf(answer).replace(/wait \d seconds?/, "wait");
      return { statuses, text: text.slice(text.indexOf("Too many")) };
    };
    expect(await answers(unknown)).toEqual(await answers(email));
  });

  test("gets no more by trying at the same time, or at another replica", async () => {
    const { email } = await members.join();
    const other = await store.start("accounts");
    const urls = [store.services.accounts.url, other.url];
    const guesses = Array.from({ length: 12 }, async (_, index) => {
      const body = { email, password: `guess ${index}` };
      return (await call(`${urls[index % 2]}/sign-ins`, "POST", body)).status;
    });
    const statuses = await Promise.all(guesses);
    expect(statuses.filter((status) => status === 401)).toHaveLength(FREE);
    expect(statuses.filter((status) => status === 429)).toHaveLength(12 - FREE);
    await other.stop();
  });

  test("gets no less by trying at the same time", async () => {
    const emails = Array.from({ length: 12 }, () => `${crypto.randomUUID()}@example.com`);
    const guesses = emails.flatMap((email) =>
      Array.from({ length: FREE }, (_, index) => ({ email, password: `guess ${index}` })),
    );
    const { url } = store.services.accounts;
    const answers = await Promise.all(guesses.map((body) => call(`${url}/sign-ins`, "POST", body)));
    expect(answers.map(({ status }) => status)).toEqual(guesses.map(() => 401));
  });

  test("waits twice as long after each further failure, but not for ever", async () => {
    const { email } = await members.join();
    const { url } = store.services.accounts;
    const guess = () => call(`${url}/sign-ins`, "POST", { email, password: "guess" });
    await hammer(email, FREE);
    const waits: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await store.postgres.query("accounts", "UPDATE attempts SET next_at = now()");
      expect((await guess()).status).toBe(401);
      const refused = await guess();
      expect(refused.status).toBe(429);
      waits.push(Number(refused.headers.get("retry-after")));
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
  }, 30_000);
});

describe("the owner, meanwhile,", () => {
  test("signs in from a device that is known, whatever others try", async () => {
    const { shopper, email } = await members.join();
    await shopper.submit(await shopper.get("/account"), "/sign-out");
    expect((await hammer(email, FREE + 1)).at(-1)).toBe(429);
    const { answer } = await members.signIn(email, PASSWORD, shopper);
    expect(answer.status).toBe(200);
    expect((await shopper.get("/account")).html).toContain(email);
    expect((await hammer(email, 1))[0]).toBe(429);
  });

  test("gets in from a new device after the wait", async () => {
    const { email } = await members.join();
    await forget();
    await hammer(email, FREE);
    const shopper = visitor();
    expect((await members.signIn(email, PASSWORD, shopper)).answer.status).toBe(429);
    await until("the wait to be over", async () => {
      return !(await attempts()).some(({ next_at }) => (next_at as Date).getTime() > Date.now());
    });
    expect((await members.signIn(email, PASSWORD, shopper)).answer.status).toBe(200);
    expect((await shopper.get("/account")).html).toContain(email);
  });

  test("has guesses on a known device counted too, apart from others'", async () => {
    const { shopper, email } = await members.join();
    await shopper.submit(await shopper.get("/account"), "/sign-out");
    const statuses: number[] = [];
    for (let time = 0; time <= FREE; time += 1) {
      statuses.push((await members.signIn(email, `guess ${time}`, shopper)).answer.status);
    }
    expect(statuses).toEqual([422, 422, 422, 429]);
    expect((await members.signIn(email, PASSWORD, visitor())).answer.status).toBe(200);
  });

  test("is not helped or harmed by a device cookie that is forged or another account's", async () => {
    const { email } = await members.join();
    const { shopper: attacker } = await members.join("Eve Ill");
    await attacker.submit(await attacker.get("/account"), "/sign-out");
    const { id } = (await members.accountOf(email)) ?? {};
    const own = attacker.cookies.get("devices") ?? "";
    const list = [{ accountId: id, id: "A".repeat(22) }];
    const payload = Buffer.from(JSON.stringify(list)).toString("base64url");
    await hammer(email, FREE);
    for (const cookie of [own, `${payload}.${own.split(".")[1]}`, payload, "", "."]) {
      attacker.cookies.set("devices", cookie);
      const { answer } = await members.signIn(email, PASSWORD, attacker);
      expect(answer.status).toBe(429);
    }
  });

  test("is asked to wait after guesses at the current password as well", async () => {
    const { shopper, email } = await members.join();
    const statuses: number[] = [];
    for (let time = 0; time <= FREE; time += 1) {
      const guess = `guess ${time}`;
      statuses.push((await members.changePassword(shopper, guess, NEW_PASSWORD)).status);
    }
    expect(statuses).toEqual([422, 422, 422, 429]);
    expect((await members.deleteAccount(shopper, { password: PASSWORD })).status).toBe(429);
    expect(await members.accountOf(email)).toBeDefined();
  });
});

test("a right password makes the failures before it forgotten", async () => {
  const { email } = await members.join();
  for (let round = 0; round < 3; round += 1) {
    expect(await hammer(email, FREE - 1)).toEqual([422, 422]);
    expect((await members.signIn(email, PASSWORD, visitor())).answer.status).toBe(200);
  }
});

test("one client's registrations and sign-ins have a limit, a wrong password weighs ten", async () => {
  const { url } = store.services.accounts;
  const client = (address: string) => ({ address, devices: [] });
  const guess = async (address: string) => {
    const email = `${crypto.randomUUID()}@example.com`;
    const body = { email, password: "guess", client: client(address) };
    return await call(`${url}/sign-ins`, "POST", body);
  };
  // Whoever has one of these addresses has all of them.
  const addresses = ["2001:db8::1", "2001:db8::2:1", "2001:0db8:0:0:ffff::7"];
  const statuses: number[] = [];
  for (let time = 0; time < 6; time += 1) {
    statuses.push((await guess(addresses[time % 3] ?? "")).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 401]);
  const refused = await guess("2001:db8::3");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  const registration = {
    name: "Ada",
    email: `${crypto.randomUUID()}@example.com`,
    password: PASSWORD,
  };
  const register = async (address: string) =>
    (await call(`${url}/accounts`, "POST", { ...registration, client: client(address) })).status;
  expect(await register("2001:db8::3")).toBe(429);
  expect(await register("2001:db8:0:1::3")).toBe(201);
});

test("the client is who the balancer names last, whatever was claimed before", async () => {
  const shopper = (claimed: string) =>
    members.visitor({ "x-forwarded-for": `${claimed}, 198.51.100.7` });
  const statuses: number[] = [];
  for (let time = 0; time < 7; time += 1) {
    const email = `${crypto.randomUUID()}@example.com`;
    const { answer } = await members.signIn(email, "guess", shopper(`203.0.113.${time}`));
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 429]);
});

test("what is kept of attempts names nobody, and is forgotten", async () => {
  const { email } = await members.join();
  await hammer(email, 1);
  const rows = await attempts();
  expect(rows.length).toBeGreaterThan(1);
  for (const { id } of rows) expect(id).toMatch(/^[0-3][0-9a-f]{2}-[0-9a-f]{64}$/);
  await forget();
  expect(await hammer(email, FREE)).toEqual([422, 422, 422]);
  await forget();
  // A replica tidies up when it starts, and each minute from then on.
  const replica = await store.start("accounts");
  await until("old rows to be gone", async () => (await attempts()).length === 0);
  await replica.stop();
});
