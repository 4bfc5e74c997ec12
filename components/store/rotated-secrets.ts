/** A store's secrets that can be rotated. */
export const rotatedSecrets = [
  "cache",
  "certificate",
  "databases",
  "registry",
  "sessions",
  "token",
] as const;

export type RotatedSecret = (typeof rotatedSecrets)[number];

/** The versions of each that are accepted; the first is the one that is used. @default ["1"] each */
export type SecretVersions = Partial<Record<RotatedSecret, string[]>>;
