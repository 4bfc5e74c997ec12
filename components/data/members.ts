import * as pulumi from "@pulumi/pulumi";
import type { StatefulMember } from "../orchestrator/specs.ts";

/** The most members that a store's certificates are made for. */
export const maxMembers = 5;

/**
 * Members of a data store, one in each zone, named after the store.
 *
 * @param wanted - How many. Absent: one for each zone, at most three.
 * @throws pulumi.InputPropertyError when there are not as many zones.
 */
export function membersInZones(
  name: string,
  zones: readonly string[],
  wanted: number | undefined,
): StatefulMember[] {
  const most = Math.min(Math.max(zones.length, 1), maxMembers);
  const count = wanted ?? Math.min(most, 3);
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw new pulumi.InputPropertyError({
      propertyPath: "members",
      reason: `is ${count}: each member needs a zone of its own; give a whole number from 1 to ${most}`,
    });
  }
  return memberNames(name, count).map((member, index) => ({ name: member, zone: zones[index] }));
}

/** Names of a store's members. */
export function memberNames(name: string, count: number = maxMembers): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}
