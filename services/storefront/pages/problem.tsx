import { useLanguage } from "../language/context.ts";
import type { Texts } from "../language/language.ts";

export function ProblemPage({ status }: { status: number }) {
  const { problem } = useLanguage().texts;
  const [title, text] = describe(status, problem);
  return (
    <section class="empty">
      <p class="status">{status}</p>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a class="button" href="/">
          {problem.home}
        </a>
      </p>
    </section>
  );
}

function describe(status: number, problem: Texts["problem"]): [title: string, text: string] {
  if (status === 404) return [problem.missing, problem.missingText];
  if (status === 403) return [problem.refused, problem.refusedText];
  if (status === 429) return [problem.tooMany, problem.tooManyText];
  if (status === 503) return [problem.busy, problem.busyText];
  if (status >= 500) return [problem.failed, problem.failedText];
  return [problem.odd, problem.oddText];
}
