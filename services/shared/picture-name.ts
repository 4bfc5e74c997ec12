/** The things that the generated catalogue has pictures of. */
export const MOTIFS = [
  "mug",
  "teapot",
  "bowl",
  "lamp",
  "pendant",
  "candle",
  "vase",
  "cushion",
  "clock",
  "notebook",
  "pencils",
  "globe",
  "plant",
  "watering-can",
  "trowel",
  "backpack",
  "bottle",
  "tent",
  "scarf",
  "beanie",
  "tote",
  "blocks",
  "train",
  "kite",
] as const;
export type Motif = (typeof MOTIFS)[number];

export const PALETTE_COUNT = 10;
export const PATTERN_COUNT = 3;

/** A picture is drawn from its name alone, so any replica can serve it and caches keep it for ever. */
export interface PictureName {
  motif: Motif;
  palette: number;
  pattern: number;
}

export function picturePath({ motif, palette, pattern }: PictureName): string {
  return `/pictures/${motif}-${palette}-${pattern}.svg`;
}

export function parsePictureName(fileName: string): PictureName | undefined {
  const match = /^([a-z-]+)-(\d)-(\d)\.svg$/.exec(fileName);
  const motif = MOTIFS.find((candidate) => candidate === match?.[1]);
  const palette = Number(match?.[2]);
  const pattern = Number(match?.[3]);
  if (motif === undefined || !(palette < PALETTE_COUNT) || !(pattern < PATTERN_COUNT)) {
    return undefined;
  }
  return { motif, palette, pattern };
}
