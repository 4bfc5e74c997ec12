import { selfSignedCertificate } from "../../../components/security/self-signed-certificate.ts";
import { type RawConfiguration, readSettings } from "../../../settings.ts";

/** A certificate and its key. */
export const pair = selfSignedCertificate("1".repeat(64), ["shop.example"]);
/** The settings of a certificate of one's own, but for its key. */
export const provided = { tls: "provided", tlsCertificate: pair.certificate };

/** The settings of those values; what has to be a secret was set as one. */
export function read(values: Record<string, string>, more: Partial<RawConfiguration> = {}) {
  return readSettings({
    values,
    secrets: new Set(["tlsPrivateKey", "alertWebhooks"]),
    environment: {},
    ...more,
  });
}

/** What is said of one setting, with all other problems left out. */
export function said(values: Record<string, string>, setting: string): string {
  const { problems } = read(values);
  return problems
    .filter((problem) => problem.setting === setting)
    .map((problem) => problem.reason)
    .join("\n");
}
