import type { Category } from "../../shared/contracts/catalog.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addPage, type Exchange } from "../exchange.tsx";
import { readListQuery, toProductQuery } from "../list-query.ts";
import { BrowsePage, SearchPage } from "../pages/browse.tsx";
import { HomePage } from "../pages/home.tsx";
import { ProductPage } from "../pages/product.tsx";
import type { Storefront } from "../storefront.ts";

const FEATURED = 8;
const RELATED = 4;

export function addCatalogueRoutes(server: Server, store: Storefront): void {
  const { catalog, menu } = store;

  addPage(server, store, "/", async (exchange) => {
    const { language, requestId } = exchange;
    const { locale } = language;
    const [categories, featured] = await Promise.all([
      menu.categories(locale, requestId),
      catalog.list({ limit: FEATURED, sort: "featured", inStock: true, locale }, requestId),
    ]);
    return await exchange.sharedPage(featured, {}, () => (
      <HomePage categories={categories} featured={featured.products} />
    ));
  });

  addPage(server, store, "/products", (exchange) => browse(exchange, undefined));

  addPage(server, store, "/category/:slug", async (exchange) => {
    const { language, requestId } = exchange;
    const category = await menu.category(exchange.parameter("slug"), language.locale, requestId);
    if (!category) throw new ApiError(404, "unknown_category", "There is no such category");
    return await browse(exchange, category);
  });

  addPage(server, store, "/search", async (exchange) => {
    const query = readListQuery((name) => exchange.query(name));
    if (query.q === undefined) return exchange.redirect("/products");
    const { locale, texts } = exchange.language;
    const [categories, found] = await Promise.all([
      menu.categories(locale, exchange.requestId),
      catalog.list({ ...toProductQuery(query), locale }, exchange.requestId),
    ]);
    return await exchange.page(
      { title: texts.browse.results(query.q), query: query.q },
      <SearchPage text={query.q} query={query} categories={categories} {...found} />,
    );
  });

  addPage(server, store, "/product/:slug", async (exchange) => {
    const { locale } = exchange.language;
    const product = await catalog.bySlug(exchange.parameter("slug"), locale, exchange.requestId);
    const like = { category: product.category, limit: RELATED + 1, locale };
    const [categories, related] = await Promise.all([
      menu.categories(locale, exchange.requestId),
      catalog.list(like, exchange.requestId),
    ]);
    const options = { title: product.name, current: product.category };
    return await exchange.sharedPage(product, options, (csrf) => (
      <ProductPage
        product={product}
        category={categories.find(({ slug }) => slug === product.category)}
        related={related.products.filter(({ id }) => id !== product.id).slice(0, RELATED)}
        csrf={csrf}
      />
    ));
  });
}

async function browse(exchange: Exchange, category: Category | undefined) {
  const { locale, texts } = exchange.language;
  const query = { ...readListQuery((name) => exchange.query(name)), q: undefined };
  const wanted = { ...toProductQuery(query), ...(category ? { category: category.slug } : {}) };
  const found = await exchange.store.catalog.list({ ...wanted, locale }, exchange.requestId);
  return await exchange.page(
    { title: category?.name ?? texts.everything, current: category?.slug ?? "" },
    <BrowsePage
      path={category ? `/category/${category.slug}` : "/products"}
      category={category}
      query={query}
      {...found}
    />,
  );
}
