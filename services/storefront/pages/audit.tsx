import type { AuditEntry } from "../../shared/contracts/administration.ts";
import { useLanguage } from "../language/context.ts";
import { Pages } from "./browse.tsx";
import { Empty } from "./parts.tsx";

export interface AuditPageProps {
  entries: readonly AuditEntry[];
  nextCursor: string | null;
  first: boolean;
}

/** Who changed what in the catalogue, newest first. */
export function AuditPage({ entries, nextCursor, first }: AuditPageProps) {
  const { manage } = useLanguage().texts;
  if (entries.length === 0) {
    return (
      <Empty title={manage.noChanges} text={manage.noChangesHint}>
        <a href="/manage">{manage.back}</a>
      </Empty>
    );
  }
  return (
    <section aria-labelledby="title">
      <p>
        <a href="/manage">{manage.back}</a>
      </p>
      <h1 id="title">{manage.audit}</h1>
      <div class="scroller">
        <table class="managed audit">
          <thead>
            <tr>
              <th scope="col">{manage.when}</th>
              <th scope="col">{manage.product}</th>
              <th scope="col">{manage.what}</th>
              <th scope="col">{manage.change}</th>
              <th scope="col">{manage.who}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
      <Pages
        first={first ? undefined : "/manage/audit"}
        next={nextCursor === null ? undefined : `/manage/audit?cursor=${nextCursor}`}
      />
    </section>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const language = useLanguage();
  const { actions } = language.texts.manage;
  return (
    <tr>
      <td>
        <time dateTime={entry.at}>{language.moment(entry.at)}</time>
      </td>
      <th scope="row">
        <a href={`/manage/products/${entry.productId}`}>{entry.productName}</a>
      </th>
      <td>{actions[entry.action]}</td>
      <td>
        <ul class="plain">
          {Object.entries(entry.after).map(([key, value]) => (
            <li key={key}>
              <code>{key}</code>: {entry.before !== null && <del>{String(entry.before[key])}</del>}{" "}
              <ins>{String(value)}</ins>
            </li>
          ))}
        </ul>
      </td>
      <td>
        <code>{entry.actor.slice(-12)}</code>
      </td>
    </tr>
  );
}
