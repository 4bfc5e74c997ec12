import { read, said } from "./support/settings.ts";

const sound = {
  orchestrator: "kubernetes",
  imageRegistry: "registry.example/shop",
  encryptNetworks: "false",
};

test("what a stack on Kubernetes has to say at least", () => {
  expect(read(sound).problems).toEqual([]);
});

test("a registry has to be named", () => {
  const { imageRegistry: _, ...rest } = sound;
  expect(said(rest, "imageRegistry")).toContain("is missing, but every node needs one");
});

test("who signs in needs a password, and that a secret", () => {
  const user = { ...sound, imageRegistryUser: "ci" };
  expect(said(user, "imageRegistryPassword")).toContain("--secret imageRegistryPassword");
  const open = { ...user, imageRegistryPassword: "hunter2" };
  expect(said(open, "imageRegistryPassword")).toMatch(/^is in plain text/);
  expect(JSON.stringify(read(open).problems)).not.toContain("hunter2");
});

test("encryption is not promised where somebody else decides about it", () => {
  expect(said({ ...sound, encryptNetworks: "true" }, "encryptNetworks")).toContain(
    "the cluster's network plug-in decides",
  );
});

test("ports of nodes are those that a cluster opens", () => {
  const nodePorts = { ...sound, exposure: "nodePort", httpPort: "30080", httpsPort: "443" };
  expect(said(nodePorts, "httpPort")).toBe("");
  expect(said(nodePorts, "httpsPort")).toContain("give one from 30000 to 32767");
  expect(said({ ...nodePorts, tls: "off" }, "httpsPort")).toBe("");
});

test("a Gateway has to be named where there is to be one", () => {
  const gateway = { ...sound, exposure: "gateway" };
  expect(said(gateway, "gateway")).toContain("give its name, or NAMESPACE/NAME");
  expect(read({ ...gateway, gateway: "infra/public" }).problems).toEqual([]);
});

test("the registry that Swarm gets has no say", () => {
  expect(read({ ...sound, httpPort: "5000" }).problems).toEqual([]);
});

test.each([
  ["kubeconfig", "~/.kube/config", "give the absolute path of a kubeconfig"],
  ["namespace", "Shop", "give a name of lower-case letters, digits and -"],
  ["exposure", "public", "give one of loadBalancer, nodePort, ingress, gateway"],
  ["gateway", "infra/", "give the name of a Gateway, or NAMESPACE/NAME"],
  ["volumeGiB", "0", "give a whole number from 1 to 65536"],
  ["images", "pull", "give one of build, pushed"],
  ["imageRegistry", "https://registry.example", "give host, host:port or host/path"],
])("%s: %s", (setting, value, fix) => {
  expect(said({ ...sound, [setting]: value }, setting)).toContain(fix);
});

test("on Swarm none of it is missed", () => {
  expect(read({ orchestrator: "swarm" }).problems).toEqual([]);
});
