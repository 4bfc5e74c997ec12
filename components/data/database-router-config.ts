import { metrics, resolvers } from "../serving/haproxy-parts.ts";

/** Ports of a database router. */
export const routerPorts = { primary: 5432, standbys: 5433, metrics: 8404 };

/** A member of a database cluster. */
export interface RoutedMember {
  name: string;
  /** Host name that it is found by. */
  host: string;
}

/**
 * HAProxy's configuration for a router: one port leads to whichever member holds the leader key, the
 * other to standbys that are not far behind, or to the primary where there is none. Patroni answers
 * for both. Connections to a member that is no longer what it was are shut, which is also what keeps
 * clients off a primary that was replaced.
 */
export function databaseRouterConfig(members: RoutedMember[]): string {
  return [
    global,
    resolvers("2s"),
    defaults,
    metrics(routerPorts.metrics),
    frontends,
    backend("primary", "/primary", "1s", "", members),
    backend("standbys", "/replica?lag=16MB", "2s", "  balance leastconn\n", members),
  ].join("\n");
}

// Clients renew connections more often than that, so a router that is replaced cuts nobody off.
const hardStopAfter = "20s";

const global = `global
  maxconn 4000
  log stdout format raw local0 info
  hard-stop-after ${hardStopAfter}
`;

const defaults = `defaults
  mode tcp
  log global
  option dontlognull
  option dontlog-normal
  option clitcpka
  option srvtcpka
  timeout connect 1s
  timeout client 1h
  timeout server 1h
  # A member that is short of processors answers late, and isn't lost. One that is silent is found out
  # before its leader key runs out.
  timeout check 3s
  timeout queue 2s
  retries 1
  option redispatch 1
`;

const frontends = `frontend primary
  bind :${routerPorts.primary}
  default_backend primary

frontend standbys
  bind :${routerPorts.standbys}
  use_backend primary if { nbsrv(standbys) eq 0 }
  default_backend standbys
`;

/** Patroni spends most of its time on these checks, so standbys are asked less often. */
function backend(
  name: string,
  check: string,
  interval: string,
  balance: string,
  members: RoutedMember[],
): string {
  const servers = members.map(
    ({ name: member, host }) => `  server ${member} ${host}:5432 check port 8008`,
  );
  return `backend ${name}
${balance}  option httpchk OPTIONS ${check}
  http-check expect status 200
  default-server inter ${interval} fastinter 500ms downinter ${interval} fall 2 rise 1 on-marked-down shutdown-sessions resolvers cluster resolve-prefer ipv4 init-addr none
${servers.join("\n")}
`;
}
