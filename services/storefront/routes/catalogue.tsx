import { type Category, SORTS, type Sort } from "../../shared/contracts/catalog.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addPage, type Exchange } from "../exchange.tsx";
import { BrowsePage, SearchPage } from "../pages/browse.tsx";
import { HomePage } from "../pages/home.tsx";
import { ProductPage } from "../pages/product.tsx";
import type { Storefront } from "../storefront.ts";

const PAGE_SIZE = 24;
const FEATURED = 8;
const RELATED = 4;

export function addCatalogueRoutes(server: Server, store: Storefront): void {
  const { catalog, menu } = store;

  addPage(server, store, "/", async (exchange) => {
    const [categories, featured] = await Promise.all([
      menu.categories(exchange.requestId),
      catalog.list({ limit: FEATURED, sort: "featured" }, exchange.requestId),
    ]);
    const body = <HomePage categories={categories} featured={featured.products} />;
    return await exchange.page({}, body);
  });

  addPage(server, store, "/products", (exchange) => browse(exchange, undefined));

  addPage(server, store, "/category/:slug", async (exchange) => {
    const categories = await menu.categories(exchange.requestId);
    const slug = exchange.parameter("slug");
    const category = categories.find((candidate) => candidate.slug === slug);
    if (!category) throw new ApiError(404, "unknown_category", "There is no such category");
    return await browse(exchange, category);
  });

  addPage(server, store, "/search", async (exchange) => {
    const query = exchange.query("q").slice(0, 100);
    if (query === "") return exchange.redirect("/products");
    const cursor = exchange.query("cursor") || undefined;
    const found = await catalog.list({ q: query, cursor, limit: PAGE_SIZE }, exchange.requestId);
    return await exchange.page(
      { title: `Results for “${query}”`, query },
      <SearchPage query={query} firstPage={cursor === undefined} {...found} />,
    );
  });

  addPage(server, store, "/product/:slug", async (exchange) => {
    const product = await catalog.bySlug(exchange.parameter("slug"), exchange.requestId);
    const [categories, related] = await Promise.all([
      menu.categories(exchange.requestId),
      catalog.list({ category: product.category, limit: RELATED + 1 }, exchange.requestId),
    ]);
    return await exchange.page(
      { title: product.name, current: product.category },
      <ProductPage
        product={product}
        category={categories.find(({ slug }) => slug === product.category)}
        related={related.products.filter(({ id }) => id !== product.id).slice(0, RELATED)}
        csrf={exchange.csrf}
      />,
    );
  });
}

async function browse(exchange: Exchange, category: Category | undefined) {
  const sort: Sort = SORTS.find((known) => known === exchange.query("sort")) ?? "featured";
  const cursor = exchange.query("cursor") || undefined;
  const query = { category: category?.slug, sort, cursor, limit: PAGE_SIZE };
  const found = await exchange.store.catalog.list(query, exchange.requestId);
  return await exchange.page(
    { title: category?.name ?? "Everything", current: category?.slug ?? "" },
    <BrowsePage
      path={category ? `/category/${category.slug}` : "/products"}
      category={category}
      sort={sort}
      firstPage={cursor === undefined}
      {...found}
    />,
  );
}
