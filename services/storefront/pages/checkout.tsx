import { useLanguage } from "../language/context.ts";
import type { PricedCart } from "../priced-cart.ts";
import { Totals } from "./cart.tsx";
import { CsrfField, Field, Price, Problem } from "./parts.tsx";

/** Where the store delivers to; their names depend on the language. */
const COUNTRIES = ["AT", "BE", "CN", "FR", "DE", "IE", "IT", "NL", "ES", "GB"] as const;

export interface CheckoutProps {
  cart: PricedCart;
  csrf: string;
  /** One purchase, however often the form is sent. */
  idempotencyKey: string;
  problem?: string | undefined;
  values: Partial<Record<"name" | "street" | "postalCode" | "city" | "country", string>>;
}

export function CheckoutPage({ cart, csrf, idempotencyKey, problem, values }: CheckoutProps) {
  const language = useLanguage();
  const texts = language.texts.checkout;
  const home = language.locale === "zh" ? "CN" : "IE";
  return (
    <section class="split" aria-labelledby="title">
      <form class="stack" action="/checkout" method="post">
        <h1 id="title">{texts.title}</h1>
        <Problem message={problem} />
        <CsrfField token={csrf} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <input type="hidden" name="expectedTotalMinor" value={cart.totalMinor} />
        <fieldset>
          <legend>{texts.delivery}</legend>
          <Field
            name="name"
            label={texts.name}
            value={values.name}
            autocomplete="name"
            maxLength={80}
          />
          <Field
            name="street"
            label={texts.street}
            value={values.street}
            autocomplete="street-address"
            maxLength={120}
          />
          <div class="row">
            <Field
              name="postalCode"
              label={texts.postalCode}
              value={values.postalCode}
              autocomplete="postal-code"
              maxLength={16}
            />
            <Field
              name="city"
              label={texts.city}
              value={values.city}
              autocomplete="address-level2"
              maxLength={80}
            />
          </div>
          <p class="field">
            <label for="country">{texts.country}</label>
            <select id="country" name="country" autocomplete="country" required>
              {COUNTRIES.map((code) => (
                <option key={code} value={code} selected={code === (values.country ?? home)}>
                  {language.country(code)}
                </option>
              ))}
            </select>
          </p>
        </fieldset>
        <fieldset>
          <legend>{texts.payment}</legend>
          <Field
            name="cardNumber"
            label={texts.cardNumber}
            autocomplete="cc-number"
            inputMode="numeric"
            maxLength={23}
            hint={texts.cardHint}
          />
        </fieldset>
        <button class="wide" type="submit">
          {texts.pay(language.money(cart.totalMinor, cart.currency))}
        </button>
      </form>
      <aside class="summary" aria-label={language.texts.cart.summary}>
        <h2>{language.texts.cart.summary}</h2>
        <ul class="mini">
          {cart.lines.map(({ product, quantity }) => (
            <li key={product.id}>
              <img src={product.image} alt="" width="56" height="56" />
              <span>
                {quantity} × {product.name}
              </span>
              <Price minor={product.priceMinor * quantity} currency={product.currency} />
            </li>
          ))}
        </ul>
        <Totals cart={cart} />
        <p>
          <a href="/cart">{language.texts.cart.change}</a>
        </p>
      </aside>
    </section>
  );
}
