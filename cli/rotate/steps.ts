import { isDeepStrictEqual } from "node:util";
import type { RotatedSecret } from "../../components/store/rotated-secrets.ts";

/** What is known of a secret's rotation, wherever it was interrupted. */
export interface RotationState {
  secret: RotatedSecret;
  /** The versions in the configuration. */
  listed: string[];
  /** Those that were brought up last as a whole. */
  deployed: string[];
  /** Of sessions: whether the old key may go now. */
  retire: boolean;
}

/** A list of versions that is brought up before the next one is. */
export interface RotationStep {
  versions: string[];
  /** As a sentence, without its end. */
  does: string;
}

/**
 * What is left to be done. A list that was not brought up as a whole comes first, and if it has one
 * version, it is the end of a rotation; otherwise one version is where a rotation begins and ends.
 *
 * @throws Error when an old key of sessions is to go that is not there, or whose successor isn't used
 * yet, or when the configuration has left a step out
 */
export function rotationSteps(state: RotationState): RotationStep[] {
  const { secret, listed, retire } = state;
  refuseJump(state);
  refuseRetirement(state);
  const steps = isWhole(state) ? [] : [step(listed)];
  if (listed.length === 1 && !isWhole(state)) return steps;
  let versions = listed;
  do {
    versions = following(secret, versions);
    steps.push(step(versions));
  } while (versions.length > 1);
  // People come back by and by, and only then get a session of the new key.
  const waits = secret === "sessions" && !retire;
  return waits ? steps.filter((one) => one.versions.length > 1) : steps;
}

/** Whoever uses the one has to be accepted by those who know the other, in both directions. */
function refuseJump({ secret, listed, deployed }: RotationState): void {
  const accepts = (versions: string[], [used = ""]: string[]) => versions.includes(used);
  if (secret === "certificate") return;
  if (accepts(listed, deployed) && accepts(deployed, listed)) return;
  const [from, to] = [deployed, listed].map((versions) => JSON.stringify(versions));
  throw new Error(
    `secretVersions has ${to} for ${secret}, but ${from} is what is up: what is in use would be refused. ` +
      `Write ${from} back, then give the same command again`,
  );
}

function refuseRetirement({ secret, retire, ...state }: RotationState): void {
  if (!retire) return;
  if (secret !== "sessions") {
    throw new Error(`--retire is for sessions: the old version of ${secret} goes without it`);
  }
  const { listed } = state;
  const used = isWhole(state) && listed.length === 2 && following(secret, listed).length === 1;
  const interrupted = !isWhole(state) && listed.length === 1;
  if (used || interrupted) return;
  throw new Error(
    "there is no old key of sessions to retire: `npm run rotate -- sessions` without --retire makes a new one",
  );
}

function isWhole({ listed, deployed }: Pick<RotationState, "listed" | "deployed">): boolean {
  return isDeepStrictEqual(listed, deployed);
}

function following(secret: RotatedSecret, [used = "", other]: string[]): string[] {
  if (other !== undefined) return isNewer(other, used) ? [other, used] : [used];
  const next = String(Number(used) + 1);
  return secret === "certificate" ? [next] : [used, next];
}

function step(versions: string[]): RotationStep {
  const [used = "", other] = versions;
  if (other === undefined) return { versions, does: `version ${used} is the only one` };
  const does = isNewer(other, used)
    ? `version ${other} is accepted beside ${used}`
    : `version ${used} is used, ${other} still accepted`;
  return { versions, does };
}

function isNewer(version: string, than: string): boolean {
  return Number(version) > Number(than);
}
