import { createInterface } from "node:readline/promises";

/**
 * Asks whether something that can't be taken back is meant, by having the stack's name typed.
 *
 * @param deed - What comes next, like "removes the stack dev".
 * @throws Error where there is nobody to ask
 */
export async function isMeant(stack: string, deed: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error(`this ${deed}: say --yes if that is meant`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`This ${deed}. Type the stack's name to go on: `);
  prompt.close();
  return answer.trim() === stack;
}
