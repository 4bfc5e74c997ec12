import { Resolver } from "node:dns/promises";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { killGroup, processesIn } from "./cgroup.ts";
import { logTail } from "./command.ts";
import { startDaemon } from "./daemon.ts";
import { cgroupRoot, gateway, stateFolder } from "./layout.ts";
import { waitFor } from "./wait-for.ts";

const group = `${cgroupRoot}/dns`;

/** Where registries of packages and images live. */
const publicTopLevels =
  "app at au be br ca ch cloud cn co com cz de dev edu es eu fr gov in info io it jp kr me net nl " +
  "no nu org pl ru se sh tech uk us";

/**
 * Starts the name server of the nodes. It refuses at once every name that is not below a public
 * top-level domain: Docker asks it for each service or task name that it does not know (any more),
 * and a server that stays silent would cost each look-up of a dead peer 10 to 20 s.
 */
export async function startDns(): Promise<void> {
  if ((await processesIn(group)).length === 0) {
    const folder = path.join(stateFolder(), "dns");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "dnsmasq.conf"), await configuration());
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
      return refuses("nosuch");
    });
  }
}

export const stopDns = (): Promise<void> => killGroup(group);

async function refuses(name: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([gateway]);
  const code = await resolver.resolve4(name).then(
    () => "",
    (error: NodeJS.ErrnoException) => error.code,
  );
  return code === "ENOTFOUND";
}

async function configuration(): Promise<string> {
  // A company's own domains, where its mirrors are.
  const host = await readFile("/etc/resolv.conf", "utf8");
  const search = [...host.matchAll(/^(?:search|domain)\s+(.*)$/gm)].flatMap(([, names]) =>
    (names ?? "").split(/\s+/).filter((name) => name.includes(".")),
  );
  const forwarded = [...publicTopLevels.split(" "), ...search].join("/");
  return `listen-address=${gateway}
bind-interfaces
no-hosts
pid-file=
address=/#/
server=/${forwarded}/#
`;
}
