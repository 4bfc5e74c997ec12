import { Resolver } from "node:dns/promises";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { killGroup, processesIn } from "./cgroup.ts";
import { logTail } from "./command.ts";
import { startDaemon } from "./daemon.ts";
import { gateway, type Layout, type NodePlace, stateFolder } from "./layout.ts";
import { waitFor } from "./wait-for.ts";

const groupOf = (lab: Layout): string => `${lab.group}/dns`;

/** Where registries of packages and images live. */
const publicTopLevels =
  "app at au be br ca ch cloud cn co com cz de dev edu es eu fr gov in info io it jp kr me net nl " +
  "no nu org pl ru se sh tech uk us";

/** Starts the name server on the bridge, which hands the nodes' questions to the host's resolvers. */
export async function startDns(lab: Layout): Promise<void> {
  const group = groupOf(lab);
  if ((await processesIn(group)).length === 0) {
    const folder = path.join(stateFolder(lab), "dns");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "dnsmasq.conf"), await configuration(gateway(lab), "#"));
    const log = path.join(folder, "dnsmasq.log");
    const daemon = await startDaemon(group, log, [
      "dnsmasq",
      "--keep-in-foreground",
      "--log-facility=-",
      `--conf-file=${path.join(folder, "dnsmasq.conf")}`,
    ]);
    await waitFor("the lab's name server", 10_000, async () => {
      if (daemon.exitCode !== null) {
        throw new Error(`dnsmasq ended with code ${daemon.exitCode}${await logTail(log)}`);
      }
      return refuses(gateway(lab), "nosuch");
    });
  }
}

export const stopDns = (lab: Layout): Promise<void> => killGroup(groupOf(lab));

async function refuses(server: string, name: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([server]);
  const code = await resolver.resolve4(name).then(
    () => "",
    (error: NodeJS.ErrnoException) => error.code,
  );
  return code === "ENOTFOUND";
}

/**
 * Configuration of the name server that each node has for itself. It refuses at once every name
 * that is not below a public top-level domain: Docker asks it for each service or task name that it
 * does not know (any more), and silence would cost each look-up of a dead peer 10 to 20 s. Being
 * inside the node it also answers while the node is cut off, and (on 127.0.0.1, where Docker asks
 * from the node's side) for containers that have internal networks only.
 */
export const nodeDnsConfiguration = ({ lab, address }: NodePlace): Promise<string> =>
  configuration(`127.0.0.1,${address}`, gateway(lab));

async function configuration(addresses: string, upstream: string): Promise<string> {
  // A company's own domains, where its mirrors are.
  const host = await readFile("/etc/resolv.conf", "utf8");
  const search = [...host.matchAll(/^(?:search|domain)\s+(.*)$/gm)].flatMap(([, names]) =>
    (names ?? "").split(/\s+/).filter((name) => name.includes(".")),
  );
  const forwarded = [...publicTopLevels.split(" "), ...search].join("/");
  return `listen-address=${addresses}
bind-interfaces
no-hosts
pid-file=
address=/#/
server=/${forwarded}/${upstream}
`;
}
