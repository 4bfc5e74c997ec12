import type { StatefulMember } from "../specs.ts";
import { physicalName, stackLabel, zoneLabel } from "./names.ts";
import type { ServiceShape } from "./service-args.ts";

/** How a member of a stateful set differs from other services: one task that stays at its volume. */
export function memberShape(
  prefix: string,
  setName: string,
  member: StatefulMember,
  volumePath: string | undefined,
): Pick<ServiceShape, "mode" | "order" | "constraints" | "volumes"> {
  return {
    mode: { replicated: { replicas: 1 } },
    // Two tasks must never open the same data, nor be taken for the same member.
    order: "stop-first",
    constraints: constraints(member, volumePath),
    volumes: volumePath
      ? [
          {
            type: "volume",
            source: physicalName(prefix, member.name),
            target: volumePath,
            volumeOptions: {
              labels: [
                { label: stackLabel, value: prefix },
                { label: "ha-store.stateful-set", value: setName },
              ],
            },
          },
        ]
      : [],
  };
}

/** Where a volume is, its member has to stay; without one it may go anywhere. */
function constraints(member: StatefulMember, volumePath: string | undefined): string[] {
  if (member.zone) return [`node.labels.${zoneLabel}==${member.zone}`];
  return volumePath ? ["node.role==manager"] : [];
}
