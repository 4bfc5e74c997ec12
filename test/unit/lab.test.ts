import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { everyPlace, nodeSubnet, stateFolder } from "../../lab/host/layout.ts";
import { kubernetesLab } from "../../lab/kubernetes/layout.ts";
import { keepAll } from "../../lab/kubernetes/supervisor.ts";
import { swarmLab } from "../../lab/swarm/layout.ts";

const labs = [swarmLab, kubernetesLab];

describe("the labs of this machine", () => {
  test("share no name, no folder and no address", () => {
    const everything = labs.flatMap((lab) => [
      lab.command,
      lab.bridge,
      lab.group,
      stateFolder(lab),
      ...[nodeSubnet(lab), ...lab.innerRanges].map((range) => range.split(".", 2).join(".")),
      ...everyPlace(lab).flatMap(({ link, mac, address, folder, group }) => {
        return [link, mac, address, folder, group];
      }),
    ]);
    expect(new Set(everything).size).toBe(everything.length);
  });

  test("name links as short as the kernel wants them", () => {
    const links = labs.flatMap((lab) => [lab.bridge, ...everyPlace(lab).map(({ link }) => link)]);
    expect(links.filter((link) => link.length > 15)).toEqual([]);
  });

  test.each(["labs/mine", `/${"x".repeat(80)}`])(
    "keep their state in no folder like %s",
    (folder) => {
      process.env[kubernetesLab.folder.variable] = folder;
      try {
        expect(() => stateFolder(kubernetesLab)).toThrow(/HA_STORE_KUBERNETES_LAB=.*absolute path/);
      } finally {
        delete process.env[kubernetesLab.folder.variable];
      }
    },
  );
});

test("a host's script hands on every word of a command as it is", () => {
  const word = fc.string().filter((text) => !/[\0\n]/.test(text));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (command) => {
      const script = `keep() { printf '%s\\n' "$@"; }\n${keepAll([{ name: "program", command }])}`;
      const printed = execFileSync("bash", ["-c", script], { encoding: "utf8" });
      expect(printed).toBe(`${["program", ...command].join("\n")}\n`);
    }),
    { numRuns: 50 },
  );
});
