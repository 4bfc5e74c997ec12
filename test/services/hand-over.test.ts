import { Shopper } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

let store: Store;

beforeAll(async () => {
  store = await startStore();
});

afterAll(() => store?.stop());

test("a database that changes hands for two seconds fails nobody, be it reads or writes", async () => {
  const shoppers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const shopper = new Shopper(store.services.storefront.url);
      await shopper.register();
      return shopper;
    }),
  );
  let away = true;
  const answers: number[] = [];
  const shop = async (shopper: Shopper) => {
    while (away) {
      answers.push((await shopper.get("/products?sort=price-desc")).status);
      answers.push((await shopper.addToCart("harbour-stoneware-mug")).status);
      answers.push((await shopper.buyCart()).status);
    }
  };
  const shopping = Promise.all(shoppers.map(shop));
  for (let round = 0; round < 2; round += 1) await store.postgres.beAwayFor(2_000);
  away = false;
  await shopping;
  expect(answers.length).toBeGreaterThan(8);
  expect(answers.filter((answer) => answer !== 200)).toEqual([]);
}, 60_000);
