import { MIN_PASSWORD_LENGTH } from "../../shared/contracts/limits.ts";
import { useLanguage } from "../language/context.ts";
import { CsrfField, Field, Problem } from "./parts.tsx";

export interface AccountFormProps {
  csrf: string;
  /** Where to go afterwards. */
  next: string;
  problem?: string | undefined;
  values?: { name?: string | undefined; email?: string | undefined };
}

export function SignInPage({ csrf, next, problem, values }: AccountFormProps) {
  const texts = useLanguage().texts.account;
  return (
    <section class="narrow">
      <h1>{texts.signIn}</h1>
      <Problem message={problem} />
      <form class="stack" action="/sign-in" method="post">
        <CsrfField token={csrf} />
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          label={texts.email}
          type="email"
          value={values?.email}
          autocomplete="username"
          maxLength={254}
        />
        <Field
          name="password"
          label={texts.password}
          type="password"
          autocomplete="current-password"
          maxLength={200}
        />
        <button class="wide" type="submit">
          {texts.signIn}
        </button>
      </form>
      <p>
        {texts.newHere} <a href={`/register?${new URLSearchParams({ next })}`}>{texts.register}</a>
      </p>
    </section>
  );
}

export function RegisterPage({ csrf, next, problem, values }: AccountFormProps) {
  const texts = useLanguage().texts.account;
  return (
    <section class="narrow">
      <h1>{texts.register}</h1>
      <Problem message={problem} />
      <form class="stack" action="/register" method="post">
        <CsrfField token={csrf} />
        <input type="hidden" name="next" value={next} />
        <Field
          name="name"
          label={texts.name}
          value={values?.name}
          autocomplete="name"
          maxLength={80}
        />
        <Field
          name="email"
          label={texts.email}
          type="email"
          value={values?.email}
          autocomplete="username"
          maxLength={254}
        />
        <Field
          name="password"
          label={texts.password}
          type="password"
          autocomplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          maxLength={200}
          hint={texts.passwordHint(MIN_PASSWORD_LENGTH)}
        />
        <button class="wide" type="submit">
          {texts.registerButton}
        </button>
      </form>
      <p>
        {texts.beenHere} <a href={`/sign-in?${new URLSearchParams({ next })}`}>{texts.signIn}</a>
      </p>
    </section>
  );
}
