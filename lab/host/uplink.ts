import { readFile, writeFile } from "node:fs/promises";
import { run, succeeds } from "./command.ts";
import { type Layout, nodeSubnet, stateFolder } from "./layout.ts";

/** Table, chain and rule of something that a lab asks of the host's firewall. */
type Rule = [table: string, chain: string, ...rule: string[]];

function rulesOf(lab: Layout): Rule[] {
  const { bridge } = lab;
  const outgoing = [nodeSubnet(lab), ...lab.outgoingRanges].flatMap((range): Rule[] => [
    ["nat", "POSTROUTING", "-s", range, "!", "-o", bridge, "-j", "MASQUERADE"],
    // The way out may carry smaller packets than the bridge (a VPN, a cloud's tunnel).
    ["mangle", "FORWARD", "-s", range, "!", "-o", bridge, "-p", "tcp"].concat([
      "--tcp-flags",
      "SYN,RST",
      "SYN",
      "-j",
      "TCPMSS",
      "--clamp-mss-to-pmtu",
    ]) as Rule,
  ]);
  return [
    ["filter", "INPUT", "-i", bridge, "-j", "ACCEPT"],
    ["filter", "FORWARD", "-i", bridge, "-j", "ACCEPT"],
    ["filter", "FORWARD", "-o", bridge, "-j", "ACCEPT"],
    ...outgoing,
  ];
}

const iptables = (lab: Layout, action: string, [table, chain, ...rule]: Rule): string[] =>
  ["-w", "-t", table, action, chain, "-m", "comment", "--comment", lab.group].concat(rule);

/** Lets the nodes reach whatever the host reaches: image builds need the package registries. */
export async function shareUplink(lab: Layout): Promise<void> {
  for (const rule of rulesOf(lab)) {
    if (!(await succeeds("iptables", ...iptables(lab, "-C", rule)))) {
      // First, since Docker on the host ends its chains with a refusal.
      await run("iptables", ...iptables(lab, "-I", rule));
    }
  }
}

/** Removes every rule with the lab's mark, also one that an older release made. */
export async function unshareUplink(lab: Layout): Promise<void> {
  for (const table of ["nat", "filter", "mangle"]) {
    const rules = await run("iptables", "-w", "-t", table, "-S").catch(() => "");
    for (const rule of rules.split("\n").map((line) => line.split(" "))) {
      if (rule[rule.indexOf("--comment") + 1] !== lab.group) continue;
      await run("iptables", "-w", "-t", table, "-D", ...rule.slice(1));
    }
  }
}

const forwardSetting = "/proc/sys/net/ipv4/ip_forward";
const forwardBefore = (folder: string): string => `${folder}/ip_forward`;

/** Makes the host forward packets, and notes what the setting was for {@link restoreForwarding}. */
export async function allowForwarding(lab: Layout): Promise<void> {
  const before = await readFile(forwardSetting, "utf8");
  if (before.trim() === "1") return;
  await writeFile(forwardBefore(stateFolder(lab)), before);
  await writeFile(forwardSetting, "1");
}

/**
 * Takes back what {@link allowForwarding} did.
 * @param heir state folder of another lab that still needs it, and takes it back in the end
 */
export async function restoreForwarding(lab: Layout, heir: string | undefined): Promise<void> {
  const note = forwardBefore(stateFolder(lab));
  const before = await readFile(note, "utf8").catch(() => undefined);
  if (before === undefined) return;
  await writeFile(heir ? forwardBefore(heir) : forwardSetting, before);
}
