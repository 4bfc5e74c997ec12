import { allNodePlaces, podSubnet, unproxied } from "./layout.ts";

/** A program that runs as long as its host does. */
export interface Service {
  /** Its log is `NAME.log`. */
  name: string;
  command: string[];
}

/**
 * The beginning of a host's script: routes to the pods of the other nodes, and `keep`, which starts a
 * program and starts it again whenever it ends, as an init system would.
 * @param logs folder of the logs, as the host sees it
 */
export const scriptHead = (logs: string): string => `#!/bin/bash
set -eu
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export NO_PROXY="\${NO_PROXY:+$NO_PROXY,}${unproxied.join(",")}"
export no_proxy="$NO_PROXY"
logs=${quote(logs)}
mkdir -p "$logs"

keep() {
  local name=$1; shift
  while :; do
    "$@" </dev/null >>"$logs/$name.log" 2>&1 || true
    echo "$name has ended and is started again" >>"$logs/$name.log"
    sleep 1
  done &
}

address=$(ip -4 -oneline address show dev eth0 | awk '{ sub("/.*", "", $4); print $4 }')
${allNodePlaces()
  .map(
    (node) =>
      `[ "$address" = ${node.address} ] || ip route add ${podSubnet(node)} via ${node.address}`,
  )
  .join("\n")}
`;

/** Lines that start the services. */
export const keepAll = (services: Service[]): string =>
  services.map(({ name, command }) => `keep ${[name, ...command].map(quote).join(" ")}\n`).join("");

/** As one word of a script, whatever is in it. */
export const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
