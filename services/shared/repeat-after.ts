/** Makes further attempts, `most` in all, after failures that are `harmless`: nothing happened then. */
export async function repeatAfter<T>(
  harmless: (error: unknown) => boolean,
  most: number,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!harmless(error) || attempts === most) throw error;
    }
  }
}
