import type { ManagedProduct, ProductDraft } from "../shared/contracts/administration.ts";
import { MOTIFS, parsePictureName, picturePath } from "../shared/picture-name.ts";

const FIELDS = [
  "name",
  "nameZh",
  "description",
  "descriptionZh",
  "category",
  "price",
  "motif",
  "palette",
  "pattern",
  "stock",
] as const;

/** The product form's fields, as typed. */
export type ProductFields = Record<(typeof FIELDS)[number], string>;

export function readFields(field: (name: string) => string): ProductFields {
  return Object.fromEntries(FIELDS.map((name) => [name, field(name)])) as ProductFields;
}

export const EMPTY_FIELDS: ProductFields = {
  ...readFields(() => ""),
  motif: MOTIFS[0],
  palette: "0",
  pattern: "0",
  stock: "0",
};

export function fieldsOf(product: ManagedProduct): ProductFields {
  const { name, nameZh, description, descriptionZh, category, priceMinor, image, stock } = product;
  const picture = parsePictureName(image.replace("/pictures/", ""));
  return {
    name,
    nameZh,
    description,
    descriptionZh,
    category,
    price: (priceMinor / 100).toFixed(2),
    motif: picture?.motif ?? MOTIFS[0],
    palette: String(picture?.palette ?? 0),
    pattern: String(picture?.pattern ?? 0),
    stock: String(stock),
  };
}

/** The product that the fields describe, or nothing if one of them makes no sense. */
export function toDraft(fields: ProductFields): ProductDraft | undefined {
  const { name, nameZh, description, descriptionZh, category } = fields;
  const price = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(fields.price);
  const picture = parsePictureName(`${fields.motif}-${fields.palette}-${fields.pattern}.svg`);
  if (!price || !picture || !/^[a-z0-9-]+$/.test(category)) return undefined;
  if ([name, nameZh, description, descriptionZh].includes("")) return undefined;
  const priceMinor = Number(price[1]) * 100 + Number((price[2] ?? "").padEnd(2, "0"));
  const image = picturePath(picture);
  return { name, nameZh, description, descriptionZh, category, priceMinor, image };
}
