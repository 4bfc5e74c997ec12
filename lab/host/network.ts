import { run, succeeds } from "./command.ts";
import {
  everyPlace,
  gateway,
  type Layout,
  macOf,
  type NodePlace,
  nodeSubnet,
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
export const bridgeOwner = async ({ bridge }: Layout): Promise<string | undefined> =>
  (await link(bridge))?.ifalias;

/** State folders of the labs of other kinds whose bridges are up. */
export async function neighbours({ bridge }: Layout): Promise<string[]> {
  const bridges = JSON.parse(
    await run("ip", "-json", "link", "show", "type", "bridge").catch(() => "[]"),
  ) as Link[];
  return bridges
    .filter(({ ifname }) => ifname.startsWith("ha-store") && ifname !== bridge)
    .flatMap(({ ifalias }) => ifalias ?? []);
}

/** Whether a node's cable is plugged in; undefined when the node has none. */
export async function isLinkUp(node: NodePlace): Promise<boolean | undefined> {
  return (await link(node.link))?.flags.includes("UP");
}

/** Makes the bridge; says which route is in the way if the lab's addresses are taken. */
export async function createBridge(lab: Layout): Promise<void> {
  const { bridge } = lab;
  if (!(await link(bridge))) {
    await refuseTakenAddresses(lab);
    await run("ip", "link", "add", bridge, "address", macOf(lab, "01"), "type", "bridge");
  }
  await run("ip", "link", "set", bridge, "alias", stateFolder(lab));
  await run("ip", "address", "replace", `${gateway(lab)}/24`, "dev", bridge);
  await run("ip", "link", "set", bridge, "up");
}

export async function removeBridge(lab: Layout): Promise<void> {
  for (const node of everyPlace(lab)) await unplug(node);
  if (await link(lab.bridge)) await run("ip", "link", "delete", lab.bridge);
}

/** Connects the bridge to a node's network namespace, named by one of its processes. */
export async function plug(node: NodePlace, process: number): Promise<void> {
  await unplug(node);
  await run(
    ...(["ip", "link", "add", node.link, "type", "veth"].concat([
      "peer",
      "name",
      "eth0",
      "address",
      node.mac,
      "netns",
      `${process}`,
    ]) as [string, ...string[]]),
  );
  await run("ip", "link", "set", node.link, "master", node.lab.bridge, "up");
}

export async function unplug(node: NodePlace): Promise<void> {
  // It may vanish by itself meanwhile, with the namespace at its other end.
  await succeeds("ip", "link", "delete", node.link);
}

export async function setLinkUp(node: NodePlace, up: boolean): Promise<void> {
  if (await link(node.link)) await run("ip", "link", "set", node.link, up ? "up" : "down");
}

async function refuseTakenAddresses(lab: Layout): Promise<void> {
  const routes = JSON.parse(await run("ip", "-json", "-4", "route")) as {
    dst: string;
    dev?: string;
  }[];
  for (const range of [nodeSubnet(lab), ...lab.innerRanges]) {
    const prefix = range.split(".").slice(0, 2).join(".");
    const taken = routes.find(
      (route) => route.dst.startsWith(`${prefix}.`) && route.dev !== lab.bridge,
    );
    if (taken) {
      throw new Error(
        `The lab's network ${range} is in use: this host has a route to ${taken.dst}` +
          `${taken.dev ? ` on ${taken.dev}` : ""}. Take that interface down while the lab runs.`,
      );
    }
  }
}
