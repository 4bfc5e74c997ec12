import { randomUUID } from "node:crypto";
import type { ManagedProduct } from "../../shared/contracts/administration.ts";
import { MAX_STOCK } from "../../shared/contracts/limits.ts";
import { useLanguage } from "../language/context.ts";
import { Pages } from "./browse.tsx";
import { CsrfField, Empty, Price, StockNote } from "./parts.tsx";

export interface ManagePageProps {
  products: readonly ManagedProduct[];
  nextCursor: string | null;
  csrf: string;
  q: string;
  low: boolean;
  first: boolean;
}

export function ManagePage({ products, nextCursor, csrf, q, low, first }: ManagePageProps) {
  const { manage } = useLanguage().texts;
  const address = (cursor?: string) => {
    const parameters = new URLSearchParams();
    if (q !== "") parameters.set("q", q);
    if (low) parameters.set("low", "yes");
    if (cursor !== undefined) parameters.set("cursor", cursor);
    return `/manage?${parameters}`;
  };
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">{manage.title}</h1>
        <p class="actions">
          <a href="/manage/audit">{manage.audit}</a>
          <a class="button" href="/manage/products/new">
            {manage.add}
          </a>
        </p>
      </div>
      <form class="filters" action="/manage" method="get">
        <p>
          <label for="find">{manage.find}</label>
          <input id="find" name="q" value={q} maxLength={100} />
        </p>
        <p class="tick">
          <input id="low" name="low" type="checkbox" value="yes" checked={low} />
          <label for="low">{manage.lowStock}</label>
        </p>
        <p class="actions">
          <button type="submit">{manage.show}</button>
        </p>
      </form>
      {products.length === 0 ? (
        <Empty level={2} title={manage.none} text={manage.noneHint} />
      ) : (
        <ProductTable products={products} csrf={csrf} />
      )}
      <Pages
        first={first ? undefined : address()}
        next={nextCursor === null ? undefined : address(nextCursor)}
      />
    </section>
  );
}

function ProductTable({ products, csrf }: Pick<ManagePageProps, "products" | "csrf">) {
  const { manage } = useLanguage().texts;
  return (
    <div class="scroller">
      <table class="managed">
        <thead>
          <tr>
            <th scope="col">{manage.product}</th>
            <th scope="col">{manage.price}</th>
            <th scope="col">{manage.stock}</th>
            <th scope="col">{manage.restock}</th>
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <ProductRow key={product.id} product={product} csrf={csrf} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ProductRow({ product, csrf }: { product: ManagedProduct; csrf: string }) {
  const language = useLanguage();
  const { manage } = language.texts;
  const name = language.locale === "zh" ? product.nameZh : product.name;
  return (
    <tr>
      <th scope="row">
        <img src={product.image} alt="" width="48" height="48" loading="lazy" />
        <a href={`/manage/products/${product.id}`}>{name}</a>
      </th>
      <td>
        <Price minor={product.priceMinor} currency={product.currency} />
      </td>
      <td>
        {language.number(product.stock)} <StockNote stock={product.stock} />
      </td>
      <td>
        <form action={`/manage/products/${product.id}/restock`} method="post">
          <CsrfField token={csrf} />
          <input type="hidden" name="idempotencyKey" value={randomUUID()} />
          <input
            name="pieces"
            type="number"
            min={-product.stock}
            max={MAX_STOCK - product.stock}
            aria-label={manage.restockBy(name)}
            required
          />
          <button class="secondary" type="submit">
            {manage.restock}
            <span class="unseen"> {name}</span>
          </button>
        </form>
      </td>
    </tr>
  );
}
