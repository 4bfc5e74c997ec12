import { MIN_PASSWORD_LENGTH } from "../../shared/contracts/limits.ts";
import { CsrfField, Field, Problem } from "./parts.tsx";

export interface AccountFormProps {
  csrf: string;
  /** Where to go afterwards. */
  next: string;
  problem?: string | undefined;
  values?: { name?: string | undefined; email?: string | undefined };
}

export function SignInPage({ csrf, next, problem, values }: AccountFormProps) {
  return (
    <section class="narrow">
      <h1>Sign in</h1>
      <Problem message={problem} />
      <form class="stack" action="/sign-in" method="post">
        <CsrfField token={csrf} />
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          label="E-mail"
          type="email"
          value={values?.email}
          autocomplete="username"
          maxLength={254}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          maxLength={200}
        />
        <button class="wide" type="submit">
          Sign in
        </button>
      </form>
      <p>
        New here? <a href={`/register?${new URLSearchParams({ next })}`}>Create an account</a>
      </p>
    </section>
  );
}

export function RegisterPage({ csrf, next, problem, values }: AccountFormProps) {
  return (
    <section class="narrow">
      <h1>Create an account</h1>
      <Problem message={problem} />
      <form class="stack" action="/register" method="post">
        <CsrfField token={csrf} />
        <input type="hidden" name="next" value={next} />
        <Field name="name" label="Name" value={values?.name} autocomplete="name" maxLength={80} />
        <Field
          name="email"
          label="E-mail"
          type="email"
          value={values?.email}
          autocomplete="username"
          maxLength={254}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          maxLength={200}
          hint={`At least ${MIN_PASSWORD_LENGTH} characters. A few words that only you would put together are best.`}
        />
        <button class="wide" type="submit">
          Create account
        </button>
      </form>
      <p>
        Been here before? <a href={`/sign-in?${new URLSearchParams({ next })}`}>Sign in</a>
      </p>
    </section>
  );
}
