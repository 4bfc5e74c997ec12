import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Everything on this machine that a lab could leave something of. */
export function hostState() {
  const shell = (command: string) => execFileSync("sh", ["-c", command], { encoding: "utf8" });
  const programs =
    "docker|containerd|dnsmasq|etcd|hyperkube|kube|provisioner|pause|coredns|metrics";
  return {
    links: shell("ip -brief link | cut -d' ' -f1"),
    routes: shell("ip route"),
    rules: shell("for t in filter nat mangle; do iptables -t $t -S; done"),
    namespaces: shell("ls /run/netns 2>/dev/null || true"),
    mounts: shell("cut -d' ' -f5 /proc/self/mountinfo | sort"),
    // Without the dead whose parent (the system's first process) has not looked yet.
    processes: shell(`ps -eo stat,pid,comm | grep -E '^[^Z].*(${programs})' || true`),
    groups: shell("find /sys/fs/cgroup -maxdepth 2 -name '*ha-store*'"),
    forwarding: readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
    folders: ["/var/lib/ha-store-lab", "/var/lib/ha-store-kubernetes-lab"].filter(existsSync),
  };
}
