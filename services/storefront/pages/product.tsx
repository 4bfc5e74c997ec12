import type { Category, Product } from "../../shared/contracts/catalog.ts";
import { MAX_QUANTITY } from "../../shared/contracts/limits.ts";
import { CsrfField, Price, ProductGrid, StockNote } from "./parts.tsx";

export interface ProductPageProps {
  product: Product;
  category: Category | undefined;
  related: readonly Product[];
  csrf: string;
}

export function ProductPage({ product, category, related, csrf }: ProductPageProps) {
  return (
    <>
      <nav class="crumbs" aria-label="You are here">
        <a href="/">Home</a>
        <a href={`/category/${product.category}`}>{category?.name ?? product.category}</a>
        <span aria-current="page">{product.name}</span>
      </nav>
      <article class="product">
        <img src={product.image} alt={`Drawing of ${product.name}`} width="400" height="400" />
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
            <p class="problem">This one is sold out. Have a look at its sisters below.</p>
          )}
          <ul class="promises quiet">
            <li>Free delivery, made slowly and packed without plastic</li>
            <li>Thirty days to change your mind</li>
          </ul>
        </div>
      </article>
      {related.length > 0 && (
        <section aria-labelledby="related-title">
          <h2 id="related-title">You may also like</h2>
          <ProductGrid products={related} />
        </section>
      )}
    </>
  );
}

function AddToCart({ product, csrf }: { product: Product; csrf: string }) {
  return (
    <form class="add" action="/cart/add" method="post">
      <CsrfField token={csrf} />
      <input type="hidden" name="productId" value={product.id} />
      <label for="quantity">Quantity</label>
      <input
        id="quantity"
        name="quantity"
        type="number"
        min="1"
        max={Math.min(product.stock, MAX_QUANTITY)}
        value="1"
        required
      />
      <button type="submit">Add to cart</button>
    </form>
  );
}
