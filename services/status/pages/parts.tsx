import type { ComponentChildren } from "preact";

export type Tone = "good" | "warn" | "bad";

/** A word on what state something is in: told by its shape and its text, not by colour alone. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  const sign = { good: "●", warn: "▲", bad: "■" }[tone];
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{sign}</span> {children}
    </span>
  );
}

/** A table with its title; wide ones scroll by themselves, also by keyboard. */
export function Table(props: { title: string; heads: string[]; children: ComponentChildren }) {
  const { title, heads, children } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="table" tabIndex={0} aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export function Figure({ name, value, tone }: { name: string; value: string; tone?: Tone }) {
  return (
    <div class={`figure ${tone ?? ""}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
