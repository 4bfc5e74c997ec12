import type { WantedRequest } from "./saturate.ts";

const PATH = "/shop-api";
export const headers = { "content-type": "application/json" };

const PRODUCT = `query ($slug: String!) {
  product(slug: $slug) {
    id slug name description
    variants { id name sku price priceWithTax currencyCode stockLevel }
  }
}`;

const LIST = `query ($skip: Int!) {
  products(options: { take: 24, skip: $skip, sort: { name: ASC } }) {
    items {
      id slug name description
      variants { id price priceWithTax currencyCode stockLevel }
    }
  }
}`;

const SEARCH = `query ($term: String!) {
  search(input: { term: $term, take: 24, groupByProduct: true }) {
    items {
      productId productName slug description currencyCode inStock
      priceWithTax { ... on SinglePrice { value } ... on PriceRange { min max } }
    }
  }
}`;

export const askProduct = (slug: string): WantedRequest => ask(PRODUCT, { slug });
export const askPage = (number: number): WantedRequest => ask(LIST, { skip: number * 24 });
export const askSearch = (term: string): WantedRequest => ask(SEARCH, { term });

function ask(query: string, variables: Record<string, unknown>): WantedRequest {
  return { path: PATH, body: JSON.stringify({ query: query.replace(/\s+/g, " "), variables }) };
}
