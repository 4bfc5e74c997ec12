import type { Category, Product } from "../../shared/contracts/catalog.ts";
import { useLanguage } from "../language/context.ts";
import { isFiltered, type ListQuery, listAddress } from "../list-query.ts";
import { Filters } from "./filters.tsx";
import { Empty, ProductGrid } from "./parts.tsx";

export interface BrowseProps {
  /** Where this list lives, without parameters. */
  path: string;
  category?: Category | undefined;
  products: readonly Product[];
  query: ListQuery;
  nextCursor: string | null;
}

export function BrowsePage({ path, category, products, query, nextCursor }: BrowseProps) {
  const { browse, everything } = useLanguage().texts;
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <div>
          <h1 id="title">{category?.name ?? everything}</h1>
          <p class="quiet">{category?.description ?? browse.wholeCatalogue}</p>
        </div>
      </div>
      <Filters path={path} query={query} />
      <Results path={path} products={products} query={query} nextCursor={nextCursor} />
    </section>
  );
}

export interface SearchProps {
  text: string;
  products: readonly Product[];
  categories: readonly Category[];
  query: ListQuery;
  nextCursor: string | null;
}

export function SearchPage({ text, products, categories, query, nextCursor }: SearchProps) {
  const { browse, browseEverything } = useLanguage().texts;
  const narrowed = isFiltered(query) || query.category !== undefined;
  if (products.length === 0 && !narrowed) {
    return (
      <Empty title={browse.nothing(text)} text={browse.nothingHint}>
        <a class="button" href="/products">
          {browseEverything}
        </a>
      </Empty>
    );
  }
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">{browse.results(text)}</h1>
      </div>
      <Filters path="/search" query={query} categories={categories} />
      <Results path="/search" products={products} query={query} nextCursor={nextCursor} />
    </section>
  );
}

type ResultsProps = Pick<BrowseProps, "path" | "products" | "query" | "nextCursor">;

function Results({ path, products, query, nextCursor }: ResultsProps) {
  const { browse } = useLanguage().texts;
  if (products.length === 0) {
    return <Empty level={2} title={browse.none} text={browse.noneHint} />;
  }
  return (
    <>
      <h2 class="unseen">{browse.products}</h2>
      <ProductGrid products={products} />
      <Pages
        first={query.cursor === undefined ? undefined : listAddress(path, query)}
        next={nextCursor === null ? undefined : listAddress(path, query, nextCursor)}
      />
    </>
  );
}

export function Pages({ first, next }: { first: string | undefined; next: string | undefined }) {
  const { browse } = useLanguage().texts;
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="pages" aria-label={browse.pages}>
      {first && (
        <a class="button secondary" href={first}>
          {browse.first}
        </a>
      )}
      {next && (
        <a class="button" href={next} rel="next">
          {browse.next}
        </a>
      )}
    </nav>
  );
}
