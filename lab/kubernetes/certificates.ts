import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "../host/command.ts";
import { apiServiceAddress, clusterDomain, controlPlace } from "./layout.ts";

const apiServerNames = [
  "DNS:kubernetes",
  "DNS:kubernetes.default",
  "DNS:kubernetes.default.svc",
  `DNS:kubernetes.default.svc.${clusterDomain}`,
  "DNS:localhost",
];

/** openssl's settings for the three kinds of certificates. */
const settings = () => `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, digitalSignature
[server]
extendedKeyUsage = serverAuth
subjectAltName = ${[...apiServerNames, ...apiServerAddresses()].join(", ")}
[client]
extendedKeyUsage = clientAuth
`;

const apiServerAddresses = (): string[] =>
  ["127.0.0.1", apiServiceAddress, controlPlace().address].map((address) => `IP:${address}`);

/**
 * Makes what the control plane proves itself with: the cluster's authority, the API server's
 * certificate and its key to the kubelets, the same for API servers behind it (metrics), and the key
 * that signs the tokens of service accounts.
 */
export async function createCertificates(folder: string): Promise<void> {
  await writeFile(path.join(folder, "openssl.cnf"), settings());
  await createCertificate(folder, "ca", "/CN=ha-store-lab");
  await createCertificate(folder, "apiserver", "/CN=kube-apiserver", ["server", "ca"]);
  const kubeletClient = "/O=system:masters/CN=kube-apiserver-kubelet-client";
  await createCertificate(folder, "kubelet-client", kubeletClient, ["client", "ca"]);
  // An authority of its own: whom it vouches for may name any user.
  await createCertificate(folder, "front-proxy-ca", "/CN=ha-store-lab-front-proxy");
  const frontProxy = ["client", "front-proxy-ca"] as const;
  await createCertificate(folder, "front-proxy-client", "/CN=front-proxy-client", frontProxy);

  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const secret = privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFile(path.join(folder, "service-accounts.key"), secret, { mode: 0o600 });
  const known = publicKey.export({ type: "spki", format: "pem" });
  await writeFile(path.join(folder, "service-accounts.pub"), known);
}

/** Makes `NAME.crt` and `NAME.key`; without an issuer, an authority that signs itself. */
async function createCertificate(
  folder: string,
  name: string,
  subject: string,
  [kind, issuer]: readonly [kind: string, issuer: string | undefined] = ["authority", undefined],
): Promise<void> {
  const file = (base: string, extension: string) => path.join(folder, `${base}.${extension}`);
  const signer = issuer ? ["-CA", file(issuer, "crt"), "-CAkey", file(issuer, "key")] : [];
  await run(
    "openssl",
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"],
    ...["-config", path.join(folder, "openssl.cnf"), "-extensions", kind],
    ...["-subj", subject, "-days", "3650", ...signer],
    ...["-keyout", file(name, "key"), "-out", file(name, "crt")],
  );
}
