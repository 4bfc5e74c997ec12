import { succeeds } from "./command.ts";

/**
 * Whether this kernel can encrypt overlay networks, as IPsec ESP with AES-GCM. Where it can't,
 * Docker makes an encrypted network without a complaint, and no packet crosses it between nodes.
 * Needs root.
 */
export const canEncryptOverlays = (): Promise<boolean> =>
  succeeds(
    ...(["unshare", "--net", "ip", "xfrm", "state", "add"].concat(
      ["src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", "256", "mode", "transport"],
      // A key of 128 bits and the salt, both of no secrecy: the namespace ends with the command.
      ["aead", "rfc4106(gcm(aes))", `0x${"00".repeat(20)}`, "64"],
    ) as [string, ...string[]]),
  );
