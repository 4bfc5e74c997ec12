/**
 * First process of a node, in namespaces of its own. Bash, because it has to be small, collect the
 * orphans of its process namespace, and run before anything of the node is there.
 * Arguments: folder, host name, address, gateway, then the node's program.
 */
export const initScript = `#!/bin/bash
set -eu
folder=$1 name=$2 address=$3 gateway=$4; shift 4
# /proc is still the host's, so this is the number the host knows this process by.
read -r pid _ </proc/self/stat
echo "$pid"
# The host plugs in eth0 now. End of input: it died half-way, so nothing is left of the node.
read -r _
exec </dev/null >>"$folder/node.log" 2>&1

mount -t proc proc /proc
# Hides the host's container engines; empty after a boot, as it should be.
mount -t tmpfs -o mode=755 tmpfs /run
resolv=$(realpath --canonicalize-missing /etc/resolv.conf)
mkdir -p "$(dirname "$resolv")"
[ -e "$resolv" ] || touch "$resolv"
mount --bind "$folder/resolv.conf" "$resolv"

hostname "$name"
ip link set lo up
ip address add "$address/24" dev eth0
ip link set eth0 up
ip route add default via "$gateway"
# A connection to a node that lost its power ends after some ten seconds. With the kernel's 15 tries, pauses
# between them double up to two minutes, and nothing notices sooner that the node is back.
echo 5 >/proc/sys/net/ipv4/tcp_retries2

dnsmasq --keep-in-foreground --log-facility=- --conf-file="$folder/dnsmasq.conf" &
"$@" &
program=$!
trap 'kill -TERM "$program"' TERM
while kill -0 "$program" 2>/dev/null; do wait "$program" || true; done
`;
