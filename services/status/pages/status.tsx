import type { Snapshot, Traffic } from "../snapshot.ts";
import { Clusters } from "./clusters.tsx";
import { ago, clock, duration, percent, rate } from "./format.ts";
import { Badge, Figure, Table, type Tone } from "./parts.tsx";
import { Nodes, Releases, Services } from "./tables.tsx";

interface StatusPageProps {
  snapshot: Snapshot;
  /** Whether the page comes again by itself. */
  live: boolean;
  /** After how long it does. */
  seconds: number;
}

export function StatusPage({ snapshot, live, seconds }: StatusPageProps) {
  const { takenAt } = snapshot;
  return (
    <>
      <Verdict snapshot={snapshot} />
      <p class="quiet">
        As of <time dateTime={takenAt.toISOString()}>{clock(takenAt)}</time>.{" "}
        {live ? (
          <>
            Comes again each {seconds} s. <a href="/?refresh=off">Hold it still</a>
          </>
        ) : (
          <>
            Held still. <a href="/">Follow again</a>
          </>
        )}
      </p>
      <Figures traffic={snapshot.traffic} />
      <Alerts snapshot={snapshot} />
      <div class="columns">
        <Services snapshot={snapshot} />
        <Clusters snapshot={snapshot} />
        <Nodes snapshot={snapshot} />
        <Releases snapshot={snapshot} />
      </div>
    </>
  );
}

function Verdict({ snapshot: { alerts, services } }: { snapshot: Snapshot }) {
  const firing = alerts.filter((alert) => alert.firing);
  const critical = firing.some(({ severity }) => severity === "critical");
  const [tone, text]: [Tone, string] =
    services.length === 0
      ? ["warn", "Nothing is known yet"]
      : firing.length === 0
        ? ["good", "All is well"]
        : [critical ? "bad" : "warn", critical ? "Customers notice" : "Needs a look"];
  const count = firing.length === 1 ? "1 alert" : `${firing.length} alerts`;
  return (
    <section class={`verdict ${tone}`}>
      <h1>{text}</h1>
      {firing.length > 0 && <p>{count}</p>}
    </section>
  );
}

function Figures({ traffic }: { traffic: Traffic }) {
  const { requestsPerSecond, errorRatio, p50Seconds, p99Seconds, ordersPerMinute } = traffic;
  return (
    <dl class="figures">
      <Figure name="Requests a second" value={rate(requestsPerSecond)} />
      <Figure
        name="Errors"
        value={percent(errorRatio)}
        tone={(errorRatio ?? 0) > 0.02 ? "bad" : undefined}
      />
      <Figure name="Pages, half within" value={duration(p50Seconds)} />
      <Figure
        name="Pages, 99 % within"
        value={duration(p99Seconds)}
        tone={(p99Seconds ?? 0) > 1 ? "warn" : undefined}
      />
      <Figure name="Orders a minute" value={rate(ordersPerMinute.confirmed)} />
      <Figure name="Cancelled a minute" value={rate(ordersPerMinute.cancelled)} />
    </dl>
  );
}

function Alerts({ snapshot: { alerts, takenAt } }: { snapshot: Snapshot }) {
  if (alerts.length === 0) return null;
  return (
    <Table title="Alerts" heads={["Alert", "State", "What", "Since"]}>
      {alerts.map((alert) => (
        <tr key={`${alert.name} ${alert.summary}`}>
          <th scope="row">{alert.name}</th>
          <td>
            {alert.firing ? (
              <Badge tone={alert.severity === "critical" ? "bad" : "warn"}>{alert.severity}</Badge>
            ) : (
              "may pass"
            )}
          </td>
          <td>
            {alert.summary}
            <br />
            <span class="quiet">{alert.runbook}</span>
          </td>
          <td>{ago(alert.since, takenAt)}</td>
        </tr>
      ))}
    </Table>
  );
}
