import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { p256 } from "@noble/curves/nist.js";
import {
  bitString,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  tagged,
  text,
  time,
} from "./der.ts";

const oids = {
  commonName: "2.5.4.3",
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
};

// Fixed, because the certificate has to be the same at each run; it is replaced by a new key.
const notBefore = "250101000000Z";
const notAfter = "450101000000Z";

/**
 * A self-signed X.509 certificate (RFC 5280) on P-256: a pure function of its arguments.
 *
 * @param seed - 64 hexadecimal digits; whoever knows them knows the key.
 * @param hostNames - DNS names and IP addresses that it is valid for; the first is its subject.
 */
export function selfSignedCertificate(
  seed: string,
  hostNames: string[],
): { certificate: string; privateKey: string } {
  // Reduced to a valid scalar with a bias too small to matter.
  const scalar = (BigInt(`0x${seed}`) % (p256.Point.Fn.ORDER - 1n)) + 1n;
  const key = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex");
  const publicKey = Buffer.from(p256.getPublicKey(key, false));

  const algorithm = sequence(objectId(oids.ecdsaWithSha256));
  const name = sequence(
    set(sequence(objectId(oids.commonName), text(hostNames[0] ?? "localhost"))),
  );
  const serial = createHash("sha256").update(publicKey).digest().subarray(0, 16);
  serial[0] = (serial[0] ?? 0) & 0x7f;
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    sequence(sequence(objectId(oids.ecPublicKey), objectId(oids.p256)), bitString(publicKey)),
    tagged(
      3,
      sequence(
        sequence(objectId(oids.subjectAltName), octetString(alternativeNames(hostNames))),
        sequence(objectId(oids.basicConstraints), octetString(sequence())),
      ),
    ),
  );
  const signature = Buffer.from(p256.sign(body, key, { format: "der" }));
  const ecPrivateKey = sequence(
    integer(Buffer.from([1])),
    octetString(key),
    tagged(0, objectId(oids.p256)),
    tagged(1, bitString(publicKey)),
  );
  return {
    certificate: pem("CERTIFICATE", sequence(body, algorithm, bitString(signature))),
    privateKey: pem("EC PRIVATE KEY", ecPrivateKey),
  };
}

function alternativeNames(hostNames: string[]): Buffer {
  const dnsName = 2;
  const ipAddress = 7;
  return sequence(
    ...hostNames.map((name) =>
      isIP(name)
        ? tagged(ipAddress, addressBytes(name), false)
        : tagged(dnsName, Buffer.from(name, "ascii"), false),
    ),
  );
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // A URL's host is written in hexadecimal groups only: ::ffff:10.0.0.1 as ::ffff:a00:1.
  const { hostname } = new URL(`http://[${address}]`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const groups = (part: string) => part.split(":").filter(Boolean);
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array(8 - before.length - after.length).fill("0");
  const hex = [...before, ...zeros, ...after].map((group) => group.padStart(4, "0"));
  return Buffer.from(hex.join(""), "hex");
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join("\n");
}
