import * as fc from "fast-check";
import { maxMembers, memberNames, membersInZones } from "../../components/data/members.ts";
import { refusalOf } from "./support/refusal.ts";

const zones = ["a", "b", "c", "d", "e", "f"];

test("where nothing is said: one in each zone, at most three", () => {
  expect(membersInZones("db", zones.slice(0, 2), undefined)).toEqual([
    { name: "db-1", zone: "a" },
    { name: "db-2", zone: "b" },
  ]);
  expect(membersInZones("db", zones, undefined)).toHaveLength(3);
});

test("without zones there is one, wherever it is put", () => {
  expect(membersInZones("db", [], undefined)).toEqual([{ name: "db-1", zone: undefined }]);
});

test("every number that the zones have room for, each in a zone of its own; no other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: -2, max: 8 }),
      (there, wanted) => {
        const make = () => membersInZones("db", zones.slice(0, there), wanted);
        const most = Math.min(Math.max(there, 1), maxMembers);
        if (wanted >= 1 && wanted <= most) {
          const members = make();
          expect(members).toHaveLength(wanted);
          expect(new Set(members.map(({ name }) => name)).size).toBe(wanted);
          expect(new Set(members.map(({ zone }) => zone)).size).toBe(wanted);
        } else {
          expect(refusalOf(make)).toEqual({
            propertyPath: "members",
            reason: `is ${wanted}: each member needs a zone of its own; give a whole number from 1 to ${most}`,
          });
        }
      },
    ),
  );
});

test.each([1.5, Number.NaN])("%d is no number of members", (wanted) => {
  expect(refusalOf(() => membersInZones("db", zones, wanted)).reason).toContain(`is ${wanted}:`);
});

// A member more must not need new certificates, which would restart the others.
test("certificates are made for as many names as there can ever be members", () => {
  expect(memberNames("db")).toEqual(["db-1", "db-2", "db-3", "db-4", "db-5"]);
  expect(memberNames("db", 2)).toEqual(["db-1", "db-2"]);
});
