# What members and Sentinels share: they ask each other who the primary is. Addresses are host:port.
# CACHE_NAME       what Sentinels call the cluster
# CACHE_SELF       address by which the others know this one
# CACHE_MEMBERS, CACHE_SENTINELS   all addresses, separated by spaces
secrets=${SECRETS_FOLDER:-/run/secrets}
state=${STATE_FOLDER:-/run/valkey}
port=${CACHE_SELF##*:}
# By this address it reaches itself also while its name isn't published yet.
self=127.0.0.1:$port
sentinels=($CACHE_SENTINELS)
quorum=$((${#sentinels[@]} / 2 + 1))

umask 077
# Servers look names up between two commands: one that is gone must not hold them up for ten seconds.
export RES_OPTIONS="timeout:1 attempts:1"

say() { echo "$CACHE_SELF: $*" >&2; }

# Sends one command to an address; fails without an answer. The password is in no argument.
ask() {
  local address=$1 answer
  shift
  answer=$(printf 'AUTH sentinel %s\n%s\n' "$(<"$secrets/sentinel-password")" "$*" |
    timeout --foreground 2 valkey-cli -h "${address%:*}" -p "${address##*:}" 2>/dev/null) || return 1
  [[ $answer == OK$'\n'* ]] && printf '%s\n' "${answer#OK$'\n'}"
}

# Runs a command for each address but this one's own, all at the same time.
each() {
  local address command=$1
  shift
  for address in "$@"; do
    [[ $address == "$CACHE_SELF" ]] || "$command" "$address" &
  done
  wait
}

vote() {
  local named
  mapfile -t named < <(ask "$1" SENTINEL GET-MASTER-ADDR-BY-NAME "$CACHE_NAME")
  [[ ${#named[@]} == 2 ]] && echo "${named[0]}:${named[1]}"
}

# The primary that most of the (other) Sentinels name, if at least so many do.
named_primary() {
  each vote $CACHE_SENTINELS | sort | uniq -c | sort -rn |
    awk -v least="$1" 'NR == 1 && $1 >= least { print $2 }'
}

# Its role, how many replicas it has, its address.
describe() {
  local role
  mapfile -t role < <(ask "$1" ROLE)
  [[ ${role[0]:-} ]] && echo "${role[0]} $(((${#role[@]} - 2) / 3)) $1"
}

# The other member that acts as a primary; of several, the one with most replicas.
acting_primary() {
  each describe $CACHE_MEMBERS | sort -k2,2nr -k3 | awk '$1 == "master" { print $3; exit }'
}
