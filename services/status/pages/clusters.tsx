import type { ClusterState, MemberState, Snapshot } from "../snapshot.ts";
import { bytes } from "./format.ts";
import { Badge, Table, type Tone } from "./parts.tsx";

/** Everything that keeps something, or elects who does. */
export function Clusters({ snapshot }: { snapshot: Snapshot }) {
  const { clusters, others, cacheReached } = snapshot;
  return (
    <>
      {clusters.map((cluster) => (
        <DatabaseCluster key={cluster.name} cluster={cluster} />
      ))}
      <Table title="Besides databases" heads={["Member", "Zone", "State"]}>
        {others.map(({ member, zone, up, leader }) => (
          <tr key={member}>
            <th scope="row">{member}</th>
            <td>{zone || "–"}</td>
            <td>
              <Badge tone={up ? "good" : "bad"}>{up ? (leader ? "leader" : "up") : "down"}</Badge>
            </td>
          </tr>
        ))}
        {cacheReached !== undefined && (
          <tr>
            <th scope="row">cache</th>
            <td>–</td>
            <td>
              <Badge tone={cacheReached ? "good" : "warn"}>
                {cacheReached ? "primary answers" : "no primary answers"}
              </Badge>
            </td>
          </tr>
        )}
      </Table>
    </>
  );
}

function DatabaseCluster({ cluster: { name, members } }: { cluster: ClusterState }) {
  return (
    <Table title={name} heads={["Member", "Zone", "Role", "Behind", "Timeline"]}>
      {members.map((member) => (
        <tr key={member.name}>
          <th scope="row">{member.name}</th>
          <td>{member.zone || "–"}</td>
          <td>
            <Badge tone={toneOf(member)}>{member.role}</Badge>
          </td>
          <td>{member.role === "primary" ? "–" : bytes(member.lagBytes)}</td>
          <td>{member.timeline ?? "–"}</td>
        </tr>
      ))}
    </Table>
  );
}

const muchBehind = 16 * 1024 * 1024;

function toneOf({ role, lagBytes = 0 }: MemberState): Tone {
  if (role === "down") return "bad";
  return lagBytes > muchBehind ? "warn" : "good";
}
