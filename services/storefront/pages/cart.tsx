import { MAX_QUANTITY } from "../../shared/contracts/limits.ts";
import { useLanguage } from "../language/context.ts";
import type { PricedCart, PricedLine } from "../priced-cart.ts";
import { CsrfField, Empty, Price, Problem, StockNote } from "./parts.tsx";

export function CartPage({ cart: priced, csrf }: { cart: PricedCart; csrf: string }) {
  const { texts } = useLanguage();
  const { cart } = texts;
  if (priced.lines.length === 0) {
    return (
      <Empty title={cart.empty} text={cart.emptyHint}>
        <a class="button" href="/products">
          {texts.browseEverything}
        </a>
      </Empty>
    );
  }
  return (
    <section class="split" aria-labelledby="title">
      <div>
        <h1 id="title">{cart.title}</h1>
        <ul class="lines">
          {priced.lines.map((line) => (
            <CartLine key={line.product.id} line={line} csrf={csrf} />
          ))}
        </ul>
      </div>
      <aside class="summary" aria-label={cart.summary}>
        <h2>{cart.summary}</h2>
        <Totals cart={priced} />
        <Problem message={priced.short ? cart.problem : undefined} />
        {!priced.short && (
          <a class="button wide" href="/checkout">
            {cart.checkout}
          </a>
        )}
      </aside>
    </section>
  );
}

export function Totals({ cart }: { cart: PricedCart }) {
  const texts = useLanguage().texts.cart;
  return (
    <dl class="totals">
      <dt>{texts.pieces(cart.pieces)}</dt>
      <dd>
        <Price minor={cart.totalMinor} currency={cart.currency} />
      </dd>
      <dt>{texts.delivery}</dt>
      <dd>{texts.free}</dd>
      <dt class="total">{texts.total}</dt>
      <dd class="total">
        <Price minor={cart.totalMinor} currency={cart.currency} />
      </dd>
    </dl>
  );
}

function CartLine({ line, csrf }: { line: PricedLine; csrf: string }) {
  const { product, quantity } = line;
  const texts = useLanguage().texts.cart;
  const field = `quantity-${product.id}`;
  return (
    <li class="line">
      <img src={product.image} alt="" width="120" height="120" />
      <div>
        <h2>
          <a href={`/product/${product.slug}`}>{product.name}</a>
        </h2>
        <p class="quiet">
          <Price minor={product.priceMinor} currency={product.currency} /> {texts.each}
        </p>
        {line.short && (
          <p>
            <StockNote stock={product.stock} />
          </p>
        )}
        <form action="/cart/update" method="post">
          <CsrfField token={csrf} />
          <input type="hidden" name="productId" value={product.id} />
          <label class="unseen" for={field}>
            {texts.quantityOf(product.name)}
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
            {texts.update}
          </button>
          <button class="link" type="submit" name="remove" value="yes" formNoValidate>
            {texts.remove}
            <span class="unseen"> {product.name}</span>
          </button>
        </form>
      </div>
      <Price minor={product.priceMinor * quantity} currency={product.currency} />
    </li>
  );
}
