import * as fc from "fast-check";
import { physicalName } from "../../components/orchestrator/swarm/names.ts";

test("a name tells its stack and what it is", () => {
  expect(physicalName("ha-store-dev", "catalog")).toBe("ha-store-dev-catalog");
});

test("two parts of one stack never have the same name", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (prefix, one, other) => {
      fc.pre(one !== other);
      expect(physicalName(prefix, one)).not.toBe(physicalName(prefix, other));
    }),
  );
});
