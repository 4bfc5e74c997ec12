import type { Category, Product, Sort } from "../../shared/contracts/catalog.ts";
import { ProductGrid } from "./parts.tsx";

const SORT_NAMES: Record<Sort, string> = {
  featured: "Featured",
  newest: "Newest",
  "price-asc": "Price, low to high",
  "price-desc": "Price, high to low",
  name: "Name",
};

export interface BrowseProps {
  /** Where this list lives, without parameters. */
  path: string;
  category?: Category | undefined;
  products: readonly Product[];
  sort: Sort;
  firstPage: boolean;
  nextCursor: string | null;
}

export function BrowsePage(props: BrowseProps) {
  const { path, category, products, sort, firstPage, nextCursor } = props;
  const address = (parameters: Record<string, string>) =>
    `${path}?${new URLSearchParams(parameters)}`;
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <div>
          <h1 id="title">{category?.name ?? "Everything"}</h1>
          <p class="quiet">{category?.description ?? "The whole catalogue, in one place"}</p>
        </div>
        <form class="sort" action={path} method="get">
          <label for="sort">Sort by</label>
          <select id="sort" name="sort">
            {Object.entries(SORT_NAMES).map(([value, name]) => (
              <option key={value} value={value} selected={value === sort}>
                {name}
              </option>
            ))}
          </select>
          <button class="secondary" type="submit">
            Sort
          </button>
        </form>
      </div>
      <h2 class="unseen">Products</h2>
      <ProductGrid products={products} />
      <Pages
        first={firstPage ? undefined : address({ sort })}
        next={nextCursor === null ? undefined : address({ sort, cursor: nextCursor })}
      />
    </section>
  );
}

export interface SearchProps {
  query: string;
  products: readonly Product[];
  firstPage: boolean;
  nextCursor: string | null;
}

export function SearchPage({ query, products, firstPage, nextCursor }: SearchProps) {
  const address = (parameters: Record<string, string>) =>
    `/search?${new URLSearchParams({ q: query, ...parameters })}`;
  if (products.length === 0) {
    return (
      <section class="empty">
        <h1>Nothing found for “{query}”</h1>
        <p>Try a shorter word, or another name for it.</p>
        <p>
          <a class="button" href="/products">
            Browse everything
          </a>
        </p>
      </section>
    );
  }
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">Results for “{query}”</h1>
      </div>
      <h2 class="unseen">Products</h2>
      <ProductGrid products={products} />
      <Pages
        first={firstPage ? undefined : address({})}
        next={nextCursor === null ? undefined : address({ cursor: nextCursor })}
      />
    </section>
  );
}

export function Pages({ first, next }: { first: string | undefined; next: string | undefined }) {
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {first && (
        <a class="button secondary" href={first}>
          First page
        </a>
      )}
      {next && (
        <a class="button" href={next} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}
