import { type ProductQuery, SORTS, type Sort } from "../shared/contracts/catalog.ts";

const PAGE_SIZE = 24;
/** The catalogue's currency has cents. */
const MINOR_PER_UNIT = 100;

/** How a visitor narrowed and sorted a list, as it stands in the page's address. */
export interface ListQuery {
  q: string | undefined;
  category: string | undefined;
  /** In whole units of the currency, as people type it. */
  from: number | undefined;
  to: number | undefined;
  inStock: boolean;
  sort: Sort;
  cursor: string | undefined;
}

/** @param parameter gives an address's parameter, empty if absent; what makes no sense is ignored */
export function readListQuery(parameter: (name: string) => string): ListQuery {
  const category = parameter("category");
  return {
    q: parameter("q").slice(0, 100) || undefined,
    category: /^[a-z0-9]+(-[a-z0-9]+)*$/.test(category) ? category : undefined,
    from: amount(parameter("from")),
    to: amount(parameter("to")),
    inStock: parameter("stock") === "yes",
    sort: SORTS.find((known) => known === parameter("sort")) ?? "featured",
    cursor: parameter("cursor") || undefined,
  };
}

export function isFiltered({ from, to, inStock }: ListQuery): boolean {
  return from !== undefined || to !== undefined || inStock;
}

/** For the catalogue's API. */
export function toProductQuery(query: ListQuery): ProductQuery {
  const { q, category, from, to, inStock, sort, cursor } = query;
  return {
    ...(q === undefined ? { sort } : { q }),
    ...(category === undefined ? {} : { category }),
    ...(from === undefined ? {} : { minPrice: from * MINOR_PER_UNIT }),
    ...(to === undefined ? {} : { maxPrice: to * MINOR_PER_UNIT }),
    ...(inStock ? { inStock } : {}),
    ...(cursor === undefined ? {} : { cursor }),
    limit: PAGE_SIZE,
  };
}

/** The address of the list from another place on; without a cursor, from its first page. */
export function listAddress(path: string, query: ListQuery, cursor?: string): string {
  const { q, category, from, to, inStock, sort } = query;
  const parameters = new URLSearchParams();
  if (q !== undefined) parameters.set("q", q);
  if (category !== undefined) parameters.set("category", category);
  if (from !== undefined) parameters.set("from", String(from));
  if (to !== undefined) parameters.set("to", String(to));
  if (inStock) parameters.set("stock", "yes");
  if (sort !== "featured") parameters.set("sort", sort);
  if (cursor !== undefined) parameters.set("cursor", cursor);
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

function amount(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
