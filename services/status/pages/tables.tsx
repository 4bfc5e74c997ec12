import type { ServiceState, Snapshot } from "../snapshot.ts";
import { ago, percent } from "./format.ts";
import { Badge, Table, type Tone } from "./parts.tsx";

/** Zones of all nodes, and one more where a replica's is not known. */
function zonesOf({ nodes, services }: Snapshot): string[] {
  const seen = [
    ...nodes.map(({ zone }) => zone),
    ...services.flatMap(({ zones }) => [...zones.keys()]),
  ];
  return [...new Set(seen)].filter((zone) => zone !== "").sort();
}

const kinds: Record<string, string> = { edge: "balancer", router: "database router" };

export function Services({ snapshot }: { snapshot: Snapshot }) {
  const zones = zonesOf(snapshot);
  return (
    <Table title="Services" heads={["Service", "Ready", ...zones]}>
      {snapshot.services.map((service) => (
        <tr key={`${service.job} ${service.name}`}>
          <th scope="row">
            {service.name}
            {kinds[service.job] && <span class="quiet"> {kinds[service.job]}</span>}
          </th>
          <td>
            <Badge tone={toneOf(service)}>
              {service.up} of {service.wanted}
            </Badge>
          </td>
          {zones.map((zone) => (
            <td key={zone}>{service.zones.size > 0 ? (service.zones.get(zone) ?? 0) : "–"}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function toneOf({ up, wanted }: ServiceState): Tone {
  if (up === 0) return "bad";
  return up < wanted ? "warn" : "good";
}

export function Nodes({ snapshot: { nodes } }: { snapshot: Snapshot }) {
  return (
    <Table title="Nodes" heads={["Node", "Zone", "Processors", "Memory", "Disk"]}>
      {nodes.map(({ node, zone, processors, memory, disk }) => (
        <tr key={node}>
          <th scope="row">{node}</th>
          <td>{zone || "–"}</td>
          <td>{percent(processors)}</td>
          <td>{percent(memory)}</td>
          <td>{(disk ?? 0) > 0.9 ? <Badge tone="warn">{percent(disk)}</Badge> : percent(disk)}</td>
        </tr>
      ))}
    </Table>
  );
}

export function Releases({ snapshot: { releases, takenAt } }: { snapshot: Snapshot }) {
  return (
    <Table title="Last roll-outs" heads={["Service", "Release", "Since", "Replicas"]}>
      {releases.map(({ service, release, since, replicas }) => (
        <tr key={`${service} ${release}`}>
          <th scope="row">{service}</th>
          <td>
            <code>{release || "–"}</code>
          </td>
          <td>{ago(since, takenAt)}</td>
          <td>{replicas > 0 ? replicas : "replaced"}</td>
        </tr>
      ))}
    </Table>
  );
}
