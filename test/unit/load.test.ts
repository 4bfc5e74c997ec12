import { type LedgerEntry, longestGap } from "../../load/ledger.ts";
import { linesOf } from "../../load/lines.ts";
import { allFormFields, formFields, linksOf } from "../../load/page.ts";
import { Random } from "../../load/random.ts";
import { RequestFailed } from "../../load/request-failed.ts";
import { Tally } from "../../load/tally.ts";

describe("random numbers", () => {
  const numbers = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 1_000 }, () => random.next());
  };

  test("are the same for the same seed, and only for that", () => {
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
  });

  test("are spread from 0 up to 1", () => {
    const tenths = new Set(numbers(3).map((number) => Math.floor(number * 10)));
    expect([...tenths].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("the longest time without an order", () => {
  const at = (second: number): LedgerEntry => ({
    orderId: `${second}`,
    idempotencyKey: "",
    account: "",
    lines: [],
    totalMinor: 0,
    takenAt: "",
    confirmedAt: new Date(second * 1_000).toISOString(),
  });

  test("is between two orders, whatever their order in the ledger", () => {
    const gap = longestGap([at(9), at(1), at(3)], 0, 10_000);
    expect(gap).toEqual({ seconds: 6, from: 3_000, to: 9_000 });
  });

  test("begins or ends where nothing was sold at all", () => {
    expect(longestGap([at(2)], 0, 10_000).seconds).toBe(8);
    expect(longestGap([], 0, 10_000).seconds).toBe(10);
    expect(longestGap([at(20)], 0, 10_000).seconds).toBe(10);
  });

  test("counts only orders that were confirmed", () => {
    const taken = { ...at(5), confirmedAt: undefined };
    expect(longestGap([at(1), taken, at(9)], 1_000, 9_000).seconds).toBe(8);
  });
});

describe("a page", () => {
  const page = {
    status: 200,
    path: "/cart",
    html: `<a href="/product/a">A</a> <a class="x" href="/product/a">again</a> <a href="/cart">c</a>
      <form action="/cart/update"><input name="id" value="1"><input name="q" value="2"></form>
      <form action="/cart/update"><input name="id" value="7"><select name="s">
        <option value="p">P</option><option value="q" selected>Q</option></select></form>`,
  };

  test("has forms that are sent as they are", () => {
    expect(formFields(page, "/cart/update")).toEqual({ id: "1", q: "2" });
    expect(allFormFields(page, "/cart/update")).toEqual([
      { id: "1", q: "2" },
      { id: "7", s: "q" },
    ]);
    expect(() => formFields(page, "/nowhere")).toThrow("/cart has no form for /nowhere");
  });

  test("has links, each once", () => {
    expect(linksOf(page, /^\/product\//)).toEqual(["/product/a"]);
  });
});

test("lines are the same text in any order", () => {
  const lines = [
    { productId: 12, quantity: 1 },
    { productId: 3, quantity: 2 },
  ];
  expect(linesOf(lines)).toBe("3x2 12x1");
  expect(linesOf(lines.toReversed())).toBe("3x2 12x1");
});

describe("the tally", () => {
  test("has percentiles of what was answered, and counts failures by what they were", () => {
    const tally = new Tally();
    for (let milliseconds = 1; milliseconds <= 100; milliseconds++) tally.answered(milliseconds);
    tally.requestFailed("GET /: answer 503");
    tally.journeyFailed(new RequestFailed("counted already"));
    tally.journeyFailed(new Error("odd page\nwith details"));
    const { requests, failed, journeys, latency, failures } = tally.figures();
    expect({ requests, failed }).toEqual({ requests: 101, failed: 1 });
    expect(journeys).toEqual({ done: 0, refused: 0, failed: 2 });
    expect(latency.p50).toBeCloseTo(50, 0);
    expect(latency.p99).toBeCloseTo(99, 0);
    expect(failures).toEqual({ "GET /: answer 503": 1, "journey: odd page": 1 });
  });
});
