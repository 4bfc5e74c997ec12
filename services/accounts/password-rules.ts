import { MIN_PASSWORD_LENGTH } from "../shared/contracts/limits.ts";

const COMMON = [
  "password",
  "passwort",
  "letmein",
  "welcome",
  "qwertyuiop",
  "qwerty",
  "asdfghjkl",
  "iloveyou",
  "1q2w3e4r5t",
  "administrator",
  "football",
  "baseball",
  "superman",
  "starwars",
  "dragon",
  "monkey",
  "sunshine",
  "princess",
  "trustno1",
  "changeme",
  "zaq12wsx",
  "mynoob",
  "google",
];
const SEQUENCES = ["01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz"];
const MIN_DISTINCT = 5;
/** Characters that must remain once everything guessable is taken out. */
const MIN_REST = 5;

/** Why a password is too easy to guess, in a sentence for its owner; nothing if it is good. */
export function passwordWeakness(
  password: string,
  person: { email: string; name: string },
): string | undefined {
  if ([...password].length < MIN_PASSWORD_LENGTH) {
    return `Use at least ${MIN_PASSWORD_LENGTH} characters`;
  }
  if (new Set(password.toLowerCase()).size < MIN_DISTINCT) {
    return "Use more different characters";
  }
  const guessable = [...COMMON, ...personalWords(person)];
  if (withoutAny(withoutSequences(password.toLowerCase()), guessable).length < MIN_REST) {
    return "This is one of the first passwords that would be tried; add words only you would think of";
  }
  return undefined;
}

function personalWords({ email, name }: { email: string; name: string }): string[] {
  return [...email.split(/[^\p{L}\p{N}]+/u), ...name.split(/\s+/)]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 4);
}

function withoutAny(text: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ""), text);
}

function withoutSequences(text: string): string {
  return text.replace(/\d{4,}|[a-z]{5,}/g, (run) =>
    SEQUENCES.some((sequence) => sequence.includes(run)) ? "" : run,
  );
}
