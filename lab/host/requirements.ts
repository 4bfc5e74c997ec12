import { readFile } from "node:fs/promises";
import * as cgroup from "./cgroup.ts";
import { hasProgram, succeeds } from "./command.ts";
import { installDebianPackages } from "./debian-packages.ts";
import type { Layout } from "./layout.ts";

/** Something that the kernel must be able to do, tried by a script in a network namespace. */
export type KernelTrial = [feature: string, option: string, trial: string];

/** What a kind of lab needs beside what every lab needs. */
export interface Requirements {
  /** Programs, by name or path, and the packages of Debian and Ubuntu that have them. */
  packageOf: Record<string, string>;
  kernelTrials: KernelTrial[];
}

const commonPackageOf: Record<string, string> = {
  iptables: "iptables",
  dnsmasq: "dnsmasq-base",
  ip: "iproute2",
  unshare: "util-linux",
  nsenter: "util-linux",
  mount: "mount",
  hostname: "hostname",
};

/** Fails unless this process may make namespaces, mounts and firewall rules. */
export function requireRoot(lab: Layout): void {
  if (process.platform !== "linux") {
    throw new Error(
      `The lab needs Linux (this is ${process.platform}): its nodes are made of Linux namespaces. ` +
        `Use a Linux machine or virtual machine, or ${lab.alternative}.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      "The lab makes network namespaces, mounts and firewall rules: run the same command as root " +
        `(with sudo), or ${lab.alternative}.`,
    );
  }
}

/** Installs the programs the lab is made of where apt-get can; checks the kernel. */
export async function ensureRequirements(
  own: Requirements,
  log: (line: string) => void,
): Promise<void> {
  await installPrograms({ ...commonPackageOf, ...own.packageOf }, log);
  await checkKernel([...commonTrials, ...own.kernelTrials]);
}

async function installPrograms(
  packageOf: Record<string, string>,
  log: (line: string) => void,
): Promise<void> {
  const missing: string[] = [];
  for (const program of Object.keys(packageOf)) {
    if (!(await hasProgram(program))) missing.push(program);
  }
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => packageOf[program] ?? program))];
  if (!(await hasProgram("apt-get"))) {
    throw new Error(
      `The lab needs ${missing.join(", ")} on the PATH. Install them (Debian's packages are ` +
        `${packages.join(" ")}) with this system's package manager.`,
    );
  }
  // Older releases have the command line in docker.io itself.
  const cli = packages.indexOf("docker-cli");
  if (cli >= 0 && !(await succeeds("apt-cache", "show", "docker-cli"))) packages[cli] = "docker.io";
  log(`installing ${packages.join(" ")}`);
  await installDebianPackages(packages);
}

const commonTrials: KernelTrial[] = [
  ["network bridges", "CONFIG_BRIDGE", "ip link add name trial0 type bridge"],
  ["virtual Ethernet pairs", "CONFIG_VETH", "ip link add name trial0 type veth peer name trial1"],
  [
    "network address translation",
    "CONFIG_IP_NF_TARGET_MASQUERADE or CONFIG_NFT_MASQ",
    "iptables -t nat -A POSTROUTING -m comment --comment trial -j MASQUERADE",
  ],
  [
    "the TCPMSS target of iptables",
    "CONFIG_NETFILTER_XT_TARGET_TCPMSS",
    "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
  ],
];

async function checkKernel(trials: KernelTrial[]): Promise<void> {
  await succeeds("modprobe", "overlay");
  const faults: string[] = [];
  if (!/\toverlay$/m.test(await readFile("/proc/filesystems", "utf8"))) {
    faults.push("overlay file systems (CONFIG_OVERLAY_FS)");
  }
  if (!cgroup.isAvailable()) faults.push("control groups, mounted on /sys/fs/cgroup");
  if (
    !(await succeeds("unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "true"))
  ) {
    throw new Error(
      "The lab can't make namespaces here (unshare failed): the kernel lacks them, or this is a " +
        "container without CAP_SYS_ADMIN. Run the lab on a machine or virtual machine of its own.",
    );
  }
  const passed = await Promise.all(
    trials.map(([, , trial]) => succeeds("unshare", "--net", "sh", "-ec", trial)),
  );
  trials.forEach(([feature, option], index) => {
    if (!passed[index]) faults.push(`${feature} (${option})`);
  });
  if (faults.length > 0) {
    throw new Error(`This kernel lacks what the lab's nodes need: ${faults.join("; ")}.`);
  }
}
