import type { Account } from "../../shared/contracts/accounts.ts";
import { MIN_PASSWORD_LENGTH } from "../../shared/contracts/limits.ts";
import { useLanguage } from "../language/context.ts";
import { CsrfField, Field, Problem } from "./parts.tsx";

/** The forms of the account's page. */
export type MemberForm = "name" | "password";

export interface AccountPageProps {
  account: Account;
  csrf: string;
  /** In the form: may be one that was refused. */
  name: string;
  problem: { form: MemberForm; message: string } | undefined;
}

export function AccountPage({ account, csrf, name, problem }: AccountPageProps) {
  const language = useLanguage();
  const texts = language.texts.account;
  const messageFor = (form: MemberForm) => (problem?.form === form ? problem.message : undefined);
  return (
    <div class="narrow">
      <h1>{texts.title}</h1>
      <dl class="details">
        <dt>{texts.name}</dt>
        <dd>{account.name}</dd>
        <dt>{texts.email}</dt>
        <dd>{account.email}</dd>
        <dt>{texts.since}</dt>
        <dd>{language.date(account.createdAt)}</dd>
      </dl>
      <p>
        <a href="/orders">{language.texts.orders.title}</a>
      </p>
      <section class="stack" aria-labelledby="change-name">
        <h2 id="change-name">{texts.changeName}</h2>
        <Problem message={messageFor("name")} />
        <form class="stack" action="/account/name" method="post">
          <CsrfField token={csrf} />
          <Field name="name" label={texts.name} value={name} autocomplete="name" maxLength={80} />
          <button type="submit">{texts.saveName}</button>
        </form>
      </section>
      <section class="stack" aria-labelledby="change-password">
        <h2 id="change-password">{texts.changePassword}</h2>
        <p class="quiet">{texts.otherSessions}</p>
        <Problem message={messageFor("password")} />
        <form class="stack" action="/account/password" method="post">
          <CsrfField token={csrf} />
          <Field
            name="currentPassword"
            label={texts.currentPassword}
            type="password"
            autocomplete="current-password"
            maxLength={200}
          />
          <Field
            name="newPassword"
            label={texts.newPassword}
            type="password"
            autocomplete="new-password"
            minLength={MIN_PASSWORD_LENGTH}
            maxLength={200}
            hint={texts.passwordHint(MIN_PASSWORD_LENGTH)}
          />
          <button type="submit">{texts.savePassword}</button>
        </form>
      </section>
      <p>
        <a href="/account/deletion">{texts.deletion.title}</a>
      </p>
    </div>
  );
}

export function DeletionPage({ csrf, problem }: { csrf: string; problem: string | undefined }) {
  const texts = useLanguage().texts.account;
  return (
    <section class="narrow">
      <h1>{texts.deletion.title}</h1>
      <p>{texts.deletion.text}</p>
      <Problem message={problem} />
      <form class="stack" action="/account/deletion" method="post">
        <CsrfField token={csrf} />
        <Field
          name="password"
          label={texts.currentPassword}
          type="password"
          autocomplete="current-password"
          maxLength={200}
        />
        <p>
          <label class="check">
            <input type="checkbox" name="confirm" value="yes" required />
            <span>{texts.deletion.confirm}</span>
          </label>
        </p>
        <button class="wide danger" type="submit">
          {texts.deletion.button}
        </button>
      </form>
      <p>
        <a href="/account">{texts.deletion.keep}</a>
      </p>
    </section>
  );
}
