import { MAX_QUANTITY } from "../../shared/contracts/limits.ts";
import type { PricedCart, PricedLine } from "../priced-cart.ts";
import { CsrfField, Price, Problem } from "./parts.tsx";

export function CartPage({ cart, csrf }: { cart: PricedCart; csrf: string }) {
  if (cart.lines.length === 0) {
    return (
      <section class="empty">
        <h1>Your cart is empty</h1>
        <p>Good things are waiting.</p>
        <p>
          <a class="button" href="/products">
            Browse everything
          </a>
        </p>
      </section>
    );
  }
  return (
    <section class="split" aria-labelledby="title">
      <div>
        <h1 id="title">Your cart</h1>
        <ul class="lines">
          {cart.lines.map((line) => (
            <CartLine key={line.product.id} line={line} csrf={csrf} />
          ))}
        </ul>
      </div>
      <aside class="summary" aria-label="Summary">
        <h2>Summary</h2>
        <Totals cart={cart} />
        <Problem message={cart.problem} />
        {cart.problem === undefined && (
          <a class="button wide" href="/checkout">
            Go to checkout
          </a>
        )}
      </aside>
    </section>
  );
}

export function Totals({ cart }: { cart: PricedCart }) {
  return (
    <dl class="totals">
      <dt>{cart.pieces === 1 ? "1 piece" : `${cart.pieces} pieces`}</dt>
      <dd>
        <Price minor={cart.totalMinor} currency={cart.currency} />
      </dd>
      <dt>Delivery</dt>
      <dd>Free</dd>
      <dt class="total">Total</dt>
      <dd class="total">
        <Price minor={cart.totalMinor} currency={cart.currency} />
      </dd>
    </dl>
  );
}

function CartLine({ line, csrf }: { line: PricedLine; csrf: string }) {
  const { product, quantity } = line;
  const field = `quantity-${product.id}`;
  return (
    <li class="line">
      <img src={product.image} alt="" width="120" height="120" />
      <div>
        <h2>
          <a href={`/product/${product.slug}`}>{product.name}</a>
        </h2>
        <p class="quiet">
          <Price minor={product.priceMinor} currency={product.currency} /> each
        </p>
        {line.problem && <p class="stock none">{line.problem}</p>}
        <form action="/cart/update" method="post">
          <CsrfField token={csrf} />
          <input type="hidden" name="productId" value={product.id} />
          <label class="unseen" for={field}>
            Quantity of {product.name}
          </label>
          <input
            id={field}
            name="quantity"
            type="number"
            min="0"
            max={MAX_QUANTITY}
            value={quantity}
            required
          />
          <button class="secondary" type="submit">
            Update
          </button>
          <button class="link" type="submit" name="remove" value="yes" formNoValidate>
            Remove<span class="unseen"> {product.name}</span>
          </button>
        </form>
      </div>
      <Price minor={product.priceMinor * quantity} currency={product.currency} />
    </li>
  );
}
