/** Versions of a secret where nothing else is said. */
export const firstVersion = ["1"];

/**
 * What is wrong with a list of versions, and what to write instead. Two at most are accepted at the same
 * time: the one that is used comes first, beside it stands the next one or the last.
 */
export function versionsMistake(versions: readonly string[]): string | undefined {
  const [used, other, ...rest] = versions;
  if (used === undefined) return 'is empty: give the version that is used, as in ["1"]';
  const wrong = versions.find((version) => !/^[1-9]\d{0,5}$/.test(version));
  if (wrong !== undefined) return `has "${wrong}": give whole numbers from 1 to 999999`;
  if (used === other) return `has "${used}" twice: give each version once`;
  if (rest.length === 0) return undefined;
  return `has ${versions.length} versions: give the one that is used and at most one more`;
}

/** Name of what belongs to a version. The first one's says no number. */
export function versionedName(name: string, version: string): string {
  return version === "1" ? name : `${name}-${version}`;
}

/** In an order that stays when another one is used: who accepts them has not to change for that. */
export function byVersion<T extends { version: string }>(secrets: readonly T[]): T[] {
  return secrets.toSorted((a, b) => Number(a.version) - Number(b.version));
}
