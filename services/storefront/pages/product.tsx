import type { Category, Product } from "../../shared/contracts/catalog.ts";
import { MAX_QUANTITY } from "../../shared/contracts/limits.ts";
import { useLanguage } from "../language/context.ts";
import { CsrfField, Price, ProductGrid, StockNote } from "./parts.tsx";

export interface ProductPageProps {
  product: Product;
  category: Category | undefined;
  related: readonly Product[];
  csrf: string;
}

export function ProductPage({ product, category, related, csrf }: ProductPageProps) {
  const texts = useLanguage().texts.product;
  return (
    <>
      <nav class="crumbs" aria-label={texts.here}>
        <a href="/">{texts.home}</a>
        <a href={`/category/${product.category}`}>{category?.name ?? product.category}</a>
        <span aria-current="page">{product.name}</span>
      </nav>
      <article class="product">
        <img src={product.image} alt={texts.drawing(product.name)} width="400" height="400" />
        <div>
          <h1>{product.name}</h1>
          <p class="facts large">
            <Price minor={product.priceMinor} currency={product.currency} />
            <StockNote stock={product.stock} />
          </p>
          <p>{product.description}</p>
          {product.stock > 0 ? (
            <AddToCart product={product} csrf={csrf} />
          ) : (
            <p class="problem">{texts.soldOut}</p>
          )}
          <ul class="promises quiet">
            <li>{texts.delivery}</li>
            <li>{texts.returns}</li>
          </ul>
        </div>
      </article>
      {related.length > 0 && (
        <section aria-labelledby="related-title">
          <h2 id="related-title">{texts.related}</h2>
          <ProductGrid products={related} />
        </section>
      )}
    </>
  );
}

function AddToCart({ product, csrf }: { product: Product; csrf: string }) {
  const texts = useLanguage().texts.product;
  return (
    <form class="add" action="/cart/add" method="post">
      <CsrfField token={csrf} />
      <input type="hidden" name="productId" value={product.id} />
      <label for="quantity">{texts.quantity}</label>
      <input
        id="quantity"
        name="quantity"
        type="number"
        min="1"
        max={Math.min(product.stock, MAX_QUANTITY)}
        value="1"
        required
      />
      <button type="submit">{texts.add}</button>
    </form>
  );
}
