// `node populate.mjs FILE`: makes the schema, puts the products of a JSON file in, indexes them.
import { readFileSync } from "node:fs";
import vendure from "@vendure/core";
import { config } from "./config.mjs";

const { FastImporterService, JobQueueService, Populator } = vendure;
const { RequestContextService, SearchService, TransactionalConnection } = vendure;

const products = JSON.parse(readFileSync(process.argv[2], "utf8"));
const app = await vendure.bootstrap(config);
await app.get(Populator).populateInitialData({
  defaultLanguage: "en",
  countries: [{ name: "Ireland", code: "IE", zone: "Europe" }],
  defaultZone: "Europe",
  taxRates: [{ name: "Standard", percentage: 20 }],
  shippingMethods: [],
  paymentMethods: [],
  collections: [],
});

const importer = app.get(FastImporterService);
await importer.initialize();
const nothingElse = { assetIds: [], facetValueIds: [], customFields: {} };
for (const product of products) {
  const { slug, name, description } = product;
  const productId = await importer.createProduct({
    ...nothingElse,
    enabled: true,
    translations: [{ languageCode: "en", name, slug, description, customFields: {} }],
  });
  await importer.createProductVariant({
    ...nothingElse,
    productId,
    sku: slug,
    price: product.price_minor,
    stockOnHand: product.stock,
    taxCategoryId: 1,
    optionIds: [],
    translations: [{ languageCode: "en", name, customFields: {} }],
  });
}

await app.get(JobQueueService).start();
const context = await app.get(RequestContextService).create({ apiType: "admin" });
await app.get(SearchService).reindex(context);
// What becomes of a job that is kept in memory can't be asked.
const { rawConnection } = app.get(TransactionalConnection);
const deadline = Date.now() + 300_000;
const indexed = async () => {
  const [row] = await rawConnection.query("SELECT count(*) AS count FROM search_index_item");
  return Number(row.count);
};
while ((await indexed()) < products.length) {
  if (Date.now() > deadline) throw new Error(`only ${await indexed()} products are indexed`);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
await app.close();
process.exit(0);
