import {
  type Motif,
  PALETTE_COUNT,
  PATTERN_COUNT,
  picturePath,
} from "../../shared/picture-name.ts";
import {
  CHINESE_DESIGNS,
  CHINESE_KINDS,
  CHINESE_MATERIALS,
  CHINESE_RANGES,
  type ChineseTexts,
} from "./chinese.ts";
import { DESIGNS, RANGES, type Range } from "./ranges.ts";

export interface SeedProduct {
  id: number;
  slug: string;
  name: string;
  description: string;
  name_zh: string;
  description_zh: string;
  category: string;
  price_minor: number;
  currency: string;
  stock: number;
  image: string;
  rank: number;
}

export interface SeedCategory {
  slug: string;
  name: string;
  description: string;
  name_zh: string;
  description_zh: string;
  image: string;
  position: number;
}

const KINDS = RANGES.flatMap((range) => range.kinds.map((kind) => ({ range, kind })));

export function generateCategories(): SeedCategory[] {
  return RANGES.map((range: Range, position) => ({
    slug: range.slug,
    name: range.name,
    description: range.description,
    ...chinese(CHINESE_RANGES[range.slug] ?? { name: range.name, description: range.description }),
    image: picturePath({
      motif: range.kinds[position % 3]?.motif ?? range.kinds[0].motif,
      palette: position,
      pattern: 0,
    }),
    position,
  }));
}

/** Product number `index` (from 0): the same on every machine, whatever the number of products. */
export function generateProduct(index: number): SeedProduct {
  const { range, kind } = pick(KINDS, index);
  const round = Math.floor(index / KINDS.length);
  const kindNumber = index % KINDS.length;
  const design = pick(DESIGNS, round);
  // 20 designs and 3 materials have no common divisor: all 60 pairs come before the first returns.
  const material = pick(kind.materials, round);
  const edition = Math.floor(round / (DESIGNS.length * kind.materials.length));
  const name = `${design} ${material} ${kind.noun}${edition > 0 ? ` No. ${edition + 1}` : ""}`;
  const noise = scramble(index);
  return {
    id: index + 1,
    slug: name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    name,
    description:
      `The ${design} ${kind.noun.toLowerCase()} ${kind.description}. ` +
      `${material}, from our ${design} series.`,
    ...chineseProduct(design, material, kind.motif, edition),
    category: range.slug,
    // Steps of 50 cents above the plainest design, up to 60 % more.
    price_minor: kind.priceMinor + Math.floor(((noise % 61) * kind.priceMinor) / 5_000) * 50,
    currency: "EUR",
    // Mostly plenty, some scarce, a few sold out, as in any shop.
    stock: noise % 23 === 0 ? 0 : noise % 7 === 0 ? 1 + (noise % 4) : 20 + (noise % 180),
    image: picturePath({
      motif: kind.motif,
      palette: (round + kindNumber * 3) % PALETTE_COUNT,
      pattern: Math.floor((round + kindNumber) / 2) % PATTERN_COUNT,
    }),
    rank: scramble(index + 7) % 1_000_000,
  };
}

function chineseProduct(design: string, material: string, motif: Motif, edition: number) {
  const kind = CHINESE_KINDS[motif];
  const [series, made] = [
    CHINESE_DESIGNS[design] ?? design,
    CHINESE_MATERIALS[material] ?? material,
  ];
  return chinese({
    name: `${series}${made}${kind.name}${edition > 0 ? ` ${edition + 1} 号` : ""}`,
    description: `${kind.description}。${made}材质，出自“${series}”系列。`,
  });
}

function chinese({ name, description }: ChineseTexts) {
  return { name_zh: name, description_zh: description };
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** A well-spread, repeatable number for each index. */
function scramble(index: number): number {
  let value = Math.imul(index + 1, 0x9e3779b1) >>> 0;
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}
