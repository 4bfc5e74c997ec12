import * as fc from "fast-check";
import { goDuration } from "../../components/orchestrator/swarm/duration.ts";

test.each([
  [0, "0s"],
  [1, "1s"],
  [59, "59s"],
  [60, "1m"],
  [90, "1m30s"],
  [3599, "59m59s"],
  [3600, "1h"],
  [3601, "1h0m1s"],
  [5400, "1h30m"],
  [86_461, "24h1m1s"],
])("%d seconds are %s, as the Docker provider reads them back", (seconds, text) => {
  expect(goDuration(seconds)).toBe(text);
});

test("reading it back gives the same seconds, with minutes and seconds below 60", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), (seconds) => {
      const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(goDuration(seconds));
      const [hours = 0, minutes = 0, rest = 0] = (match ?? [])
        .slice(1)
        .map((it) => Number(it ?? 0));
      expect(hours * 3600 + minutes * 60 + rest).toBe(seconds);
      expect(match?.[0]).not.toBe("");
      expect(minutes).toBeLessThan(60);
      expect(rest).toBeLessThan(60);
    }),
  );
});
