import { readFile, writeFile } from "node:fs/promises";
import { run, succeeds } from "./command.ts";
import {
  bridge,
  gateway,
  localPool,
  maxNodes,
  nodeLink,
  nodeMac,
  nodeSubnet,
  overlayPool,
  ruleMark,
  stateFolder,
} from "./layout.ts";

interface Link {
  ifname: string;
  ifalias?: string;
  flags: string[];
}

async function link(name: string): Promise<Link | undefined> {
  const text = await run("ip", "-json", "link", "show", "dev", name).catch(() => "[]");
  return (JSON.parse(text) as Link[])[0];
}

/** The state folder of the lab whose bridge is up, if one is. */
export const bridgeOwner = async (): Promise<string | undefined> => (await link(bridge))?.ifalias;

/** Whether a node's cable is plugged in; undefined when the node has none. */
export async function isLinkUp(number: number): Promise<boolean | undefined> {
  return (await link(nodeLink(number)))?.flags.includes("UP");
}

/** Makes the bridge; says which route is in the way if the lab's addresses are taken. */
export async function createBridge(): Promise<void> {
  if (!(await link(bridge))) {
    await refuseTakenAddresses();
    await run("ip", "link", "add", bridge, "address", "02:77:00:00:00:01", "type", "bridge");
  }
  await run("ip", "link", "set", bridge, "alias", stateFolder());
  await run("ip", "address", "replace", `${gateway}/24`, "dev", bridge);
  await run("ip", "link", "set", bridge, "up");
}

export async function removeBridge(): Promise<void> {
  for (let number = 1; number <= maxNodes; number++) await unplug(number);
  if (await link(bridge)) await run("ip", "link", "delete", bridge);
}

/** Connects the bridge to a node's network namespace, named by one of its processes. */
export async function plug(number: number, process: number): Promise<void> {
  const name = nodeLink(number);
  await unplug(number);
  await run(
    ...(["ip", "link", "add", name, "type", "veth"].concat([
      "peer",
      "name",
      "eth0",
      "address",
      nodeMac(number),
      "netns",
      `${process}`,
    ]) as [string, ...string[]]),
  );
  await run("ip", "link", "set", name, "master", bridge, "up");
}

export async function unplug(number: number): Promise<void> {
  // It may vanish by itself meanwhile, with the namespace at its other end.
  await succeeds("ip", "link", "delete", nodeLink(number));
}

export async function setLinkUp(number: number, up: boolean): Promise<void> {
  if (await link(nodeLink(number))) {
    await run("ip", "link", "set", nodeLink(number), up ? "up" : "down");
  }
}

async function refuseTakenAddresses(): Promise<void> {
  const routes = JSON.parse(await run("ip", "-json", "-4", "route")) as {
    dst: string;
    dev?: string;
  }[];
  for (const range of [nodeSubnet, localPool, overlayPool]) {
    const prefix = range.split(".").slice(0, 2).join(".");
    const taken = routes.find(
      (route) => route.dst.startsWith(`${prefix}.`) && route.dev !== bridge,
    );
    if (taken) {
      throw new Error(
        `The lab's network ${range} is in use: this host has a route to ${taken.dst}` +
          `${taken.dev ? ` on ${taken.dev}` : ""}. Take that interface down while the lab runs.`,
      );
    }
  }
}

/** Table, chain and rule of everything the lab asks of the host's firewall. */
const rules: [table: string, chain: string, ...rule: string[]][] = [
  ["nat", "POSTROUTING", "-s", nodeSubnet, "!", "-d", nodeSubnet, "-j", "MASQUERADE"],
  ["filter", "INPUT", "-i", bridge, "-j", "ACCEPT"],
  ["filter", "FORWARD", "-i", bridge, "-j", "ACCEPT"],
  ["filter", "FORWARD", "-o", bridge, "-j", "ACCEPT"],
  // The way out may carry smaller packets than the bridge (a VPN, a cloud's tunnel).
  ["mangle", "FORWARD", "-s", nodeSubnet, "!", "-o", bridge, "-p", "tcp"].concat([
    "--tcp-flags",
    "SYN,RST",
    "SYN",
    "-j",
    "TCPMSS",
    "--clamp-mss-to-pmtu",
  ]) as [string, string, ...string[]],
];

const iptables = (action: string, [table, chain, ...rule]: (typeof rules)[number]): string[] =>
  ["-w", "-t", table, action, chain, "-m", "comment", "--comment", ruleMark].concat(rule);

/** Lets the nodes reach whatever the host reaches: image builds need the package registries. */
export async function shareUplink(): Promise<void> {
  for (const rule of rules) {
    if (!(await succeeds("iptables", ...iptables("-C", rule)))) {
      // First, since Docker on the host ends its chains with a refusal.
      await run("iptables", ...iptables("-I", rule));
    }
  }
}

export async function unshareUplink(): Promise<void> {
  for (const rule of rules) {
    while (await succeeds("iptables", ...iptables("-D", rule)));
  }
}

const forwardSetting = "/proc/sys/net/ipv4/ip_forward";
const forwardBefore = (): string => `${stateFolder()}/ip_forward`;

/** Makes the host forward packets, and notes what the setting was for {@link restoreForwarding}. */
export async function allowForwarding(): Promise<void> {
  const before = await readFile(forwardSetting, "utf8");
  if (before.trim() === "1") return;
  await writeFile(forwardBefore(), before);
  await writeFile(forwardSetting, "1");
}

export async function restoreForwarding(): Promise<void> {
  const before = await readFile(forwardBefore(), "utf8").catch(() => undefined);
  if (before !== undefined) await writeFile(forwardSetting, before);
}
