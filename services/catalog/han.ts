/** The same script as in the database's `han_grams`. */
const RUNS = /[\u4e00-\u9fff]+/g;

export interface HanQuery {
  /** As PostgreSQL's tsquery: every pair of neighbouring characters. */
  all: string;
  /** As PostgreSQL's tsquery: any of them, for a query with a wrong character. */
  any: string;
  /** What is not Chinese in it. */
  rest: string;
}

/** Takes a search text apart if there is Chinese in it. */
export function parseHan(text: string): HanQuery | undefined {
  const runs = text.match(RUNS);
  if (runs === null) return undefined;
  // Nothing but Han characters gets between the quotes.
  const terms = runs.flatMap((run) => grams(run)).map((gram) => `'${gram}'`);
  return {
    all: terms.join(" & "),
    any: terms.join(" | "),
    rest: text.replace(RUNS, " ").trim(),
  };
}

function grams(run: string): string[] {
  if (run.length === 1) return [run];
  return Array.from({ length: run.length - 1 }, (_, start) => run.slice(start, start + 2));
}
