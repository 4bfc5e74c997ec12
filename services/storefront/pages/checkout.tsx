import type { PricedCart } from "../priced-cart.ts";
import { Totals } from "./cart.tsx";
import { formatMoney } from "./format.ts";
import { CsrfField, Field, Price, Problem } from "./parts.tsx";

export const COUNTRIES = {
  AT: "Austria",
  BE: "Belgium",
  CN: "China",
  FR: "France",
  DE: "Germany",
  IE: "Ireland",
  IT: "Italy",
  NL: "Netherlands",
  ES: "Spain",
  GB: "United Kingdom",
} as const;

export interface CheckoutProps {
  cart: PricedCart;
  csrf: string;
  /** One purchase, however often the form is sent. */
  idempotencyKey: string;
  problem?: string | undefined;
  values: Partial<Record<"name" | "street" | "postalCode" | "city" | "country", string>>;
}

export function CheckoutPage({ cart, csrf, idempotencyKey, problem, values }: CheckoutProps) {
  return (
    <section class="split" aria-labelledby="title">
      <form class="stack" action="/checkout" method="post">
        <h1 id="title">Checkout</h1>
        <Problem message={problem} />
        <CsrfField token={csrf} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <input type="hidden" name="expectedTotalMinor" value={cart.totalMinor} />
        <fieldset>
          <legend>Delivery</legend>
          <Field name="name" label="Name" value={values.name} autocomplete="name" maxLength={80} />
          <Field
            name="street"
            label="Street and number"
            value={values.street}
            autocomplete="street-address"
            maxLength={120}
          />
          <div class="row">
            <Field
              name="postalCode"
              label="Postal code"
              value={values.postalCode}
              autocomplete="postal-code"
              maxLength={16}
            />
            <Field
              name="city"
              label="City"
              value={values.city}
              autocomplete="address-level2"
              maxLength={80}
            />
          </div>
          <p class="field">
            <label for="country">Country</label>
            <select id="country" name="country" autocomplete="country" required>
              {Object.entries(COUNTRIES).map(([code, name]) => (
                <option key={code} value={code} selected={code === (values.country ?? "IE")}>
                  {name}
                </option>
              ))}
            </select>
          </p>
        </fieldset>
        <fieldset>
          <legend>Payment</legend>
          <Field
            name="cardNumber"
            label="Card number"
            autocomplete="cc-number"
            inputMode="numeric"
            maxLength={23}
            hint="Payment is simulated: 4242 4242 4242 4242 is approved, 4000 0000 0000 0002 is declined."
          />
        </fieldset>
        <button class="wide" type="submit">
          Pay {formatMoney(cart.totalMinor, cart.currency)}
        </button>
      </form>
      <aside class="summary" aria-label="Summary">
        <h2>Summary</h2>
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
          <a href="/cart">Change your cart</a>
        </p>
      </aside>
    </section>
  );
}
