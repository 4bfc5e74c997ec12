import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Problem, Settings } from "../settings.ts";

/** What is wrong with a certificate of one's own; silent about settings that are wrong by themselves. */
export function certificateProblems(
  { tlsCertificate, tlsPrivateKey }: Settings,
  sound: (setting: keyof Settings) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  const add = (setting: keyof Settings, reason: string) => problems.push({ setting, reason });
  const missing = (setting: keyof Settings, flags: string) =>
    add(
      setting,
      `is missing, but tls is "provided": set it with \`pulumi config set ${flags}${setting}\``,
    );
  if (!tlsCertificate && sound("tlsCertificate")) missing("tlsCertificate", "");
  if (!tlsPrivateKey && sound("tlsPrivateKey")) missing("tlsPrivateKey", "--secret ");
  if (!tlsCertificate || !tlsPrivateKey) return problems;

  const certificate = attempt(() => new X509Certificate(tlsCertificate));
  const privateKey = attempt(() => createPrivateKey(tlsPrivateKey));
  if (!certificate) add("tlsCertificate", "can't be read: give it as PEM");
  if (!privateKey) add("tlsPrivateKey", "can't be read: give it as PEM, without a passphrase");
  if (!certificate || !privateKey) return problems;
  const now = new Date();
  if (!certificate.checkPrivateKey(privateKey)) {
    add("tlsPrivateKey", "does not belong to tlsCertificate: give the key that it was made with");
  }
  if (certificate.validToDate < now || certificate.validFromDate > now) {
    const span = `is valid from ${certificate.validFrom} to ${certificate.validTo}`;
    add("tlsCertificate", `${span}: give one that is valid now`);
  }
  return problems;
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
