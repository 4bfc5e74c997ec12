import type { Motif } from "../../shared/picture-name.ts";

/** One kind of thing that is sold, in many designs. */
export interface Kind {
  motif: Motif;
  noun: string;
  materials: readonly [string, string, string];
  /** Price of the plainest design, in cents. */
  priceMinor: number;
  description: string;
}

export interface Range {
  slug: string;
  name: string;
  description: string;
  kinds: readonly [Kind, Kind, Kind];
}

const kind = (
  motif: Motif,
  noun: string,
  materials: Kind["materials"],
  priceMinor: number,
  description: string,
): Kind => ({ motif, noun, materials, priceMinor, description });

/** The generated catalogue: 8 categories of 3 kinds each. */
export const RANGES: readonly Range[] = [
  {
    slug: "kitchen",
    name: "Kitchen",
    description: "For slow breakfasts and long suppers",
    kinds: [
      kind(
        "mug",
        "Mug",
        ["Stoneware", "Porcelain", "Enamel"],
        1450,
        "holds 350 ml and keeps its heat; the handle fits three fingers",
      ),
      kind(
        "teapot",
        "Teapot",
        ["Stoneware", "Glazed Clay", "Porcelain"],
        4900,
        "pours without a drip and makes four cups; the strainer lifts out for cleaning",
      ),
      kind(
        "bowl",
        "Bowl",
        ["Beech", "Stoneware", "Porcelain"],
        2200,
        "is deep enough for soup and wide enough for salad; stacks with its sisters",
      ),
    ],
  },
  {
    slug: "lighting",
    name: "Lighting",
    description: "Warm light for the end of the day",
    kinds: [
      kind(
        "lamp",
        "Table Lamp",
        ["Linen", "Oak", "Ceramic"],
        7900,
        "gives a warm, glare-free light and dims by a touch; takes a standard E27 bulb",
      ),
      kind(
        "pendant",
        "Pendant Light",
        ["Steel", "Paper", "Glass"],
        9900,
        "hangs from a textile cable whose length you choose when you mount it",
      ),
      kind(
        "candle",
        "Candle",
        ["Beeswax", "Soy Wax", "Rapeseed Wax"],
        1900,
        "burns clean for forty hours; its glass is made to be used again",
      ),
    ],
  },
  {
    slug: "living",
    name: "Living",
    description: "Quiet things for rooms with people in them",
    kinds: [
      kind(
        "vase",
        "Vase",
        ["Stoneware", "Glass", "Terracotta"],
        3400,
        "stands well with a single stem or with a whole bunch; glazed inside, so it holds water",
      ),
      kind(
        "cushion",
        "Cushion",
        ["Linen", "Wool", "Corduroy"],
        2900,
        "is filled with recycled down and its cover comes off for the wash",
      ),
      kind(
        "clock",
        "Wall Clock",
        ["Birch", "Steel", "Cork"],
        5400,
        "runs silently for two years on one battery; readable from across the room",
      ),
    ],
  },
  {
    slug: "desk",
    name: "Desk",
    description: "Tools for thinking on paper",
    kinds: [
      kind(
        "notebook",
        "Notebook",
        ["Dotted", "Ruled", "Plain"],
        1600,
        "opens flat on its sewn spine; 192 pages of paper that ink doesn't bleed through",
      ),
      kind(
        "pencils",
        "Pencil Pot",
        ["Cedar", "Graphite", "Coloured"],
        1850,
        "comes with six pencils, sharpened by hand and ready for the next idea",
      ),
      kind(
        "globe",
        "Globe",
        ["Brass", "Walnut", "Paper"],
        8900,
        "turns on a quiet bearing and shows rivers and mountains, not borders",
      ),
    ],
  },
  {
    slug: "garden",
    name: "Garden",
    description: "For beds, balconies and window sills",
    kinds: [
      kind(
        "plant",
        "Potted Plant",
        ["Rubber Tree", "Peace Lily", "Monstera"],
        2600,
        "asks for little: a bright corner and water once a week; the pot is included",
      ),
      kind(
        "watering-can",
        "Watering Can",
        ["Zinc", "Copper", "Steel"],
        3900,
        "balances when full; its long spout reaches under the leaves",
      ),
      kind(
        "trowel",
        "Trowel",
        ["Ash", "Steel", "Beech"],
        1700,
        "is forged from one piece and stays sharp through stones and roots",
      ),
    ],
  },
  {
    slug: "outdoors",
    name: "Outdoors",
    description: "Carried far, and back again",
    kinds: [
      kind(
        "backpack",
        "Backpack",
        ["Canvas", "Ripstop", "Waxed Cotton"],
        11900,
        "carries 22 litres close to the back; the flap keeps the rain out",
      ),
      kind(
        "bottle",
        "Bottle",
        ["Steel", "Insulated", "Glass"],
        2400,
        "keeps drinks cold for a day and hot for a morning, and never sweats",
      ),
      kind(
        "tent",
        "Tent",
        ["Two-Person", "Three-Person", "Family"],
        24900,
        "pitches in four minutes with colour-coded poles and stands firm in wind",
      ),
    ],
  },
  {
    slug: "wear",
    name: "Wear",
    description: "Soft, plain and made to last",
    kinds: [
      kind(
        "scarf",
        "Scarf",
        ["Lambswool", "Merino", "Cotton"],
        4200,
        "is woven in a small mill and long enough to go round twice",
      ),
      kind(
        "beanie",
        "Beanie",
        ["Merino", "Ribbed", "Cashmere"],
        3100,
        "is knitted without a seam, so nothing presses under a hood",
      ),
      kind(
        "tote",
        "Tote Bag",
        ["Canvas", "Linen", "Organic Cotton"],
        1900,
        "carries fifteen kilograms on straps that sit on the shoulder",
      ),
    ],
  },
  {
    slug: "play",
    name: "Play",
    description: "Wood, string and wind",
    kinds: [
      kind(
        "blocks",
        "Building Blocks",
        ["Beech", "Maple", "Painted"],
        3600,
        "are thirty pieces in five shapes, sanded smooth and safe to chew",
      ),
      kind(
        "train",
        "Toy Train",
        ["Beech", "Painted", "Maple"],
        2800,
        "rolls on wooden rails of every make; magnets couple its waggons",
      ),
      kind(
        "kite",
        "Kite",
        ["Ripstop", "Paper", "Nylon"],
        2700,
        "flies from the gentlest wind on and comes with thirty metres of line",
      ),
    ],
  },
];

/** Designs: each kind comes in all of them. */
export const DESIGNS = [
  "Harbour",
  "Juniper",
  "Solstice",
  "Meadow",
  "Ember",
  "Fjord",
  "Dune",
  "Orchard",
  "Cobalt",
  "Heather",
  "Lantern",
  "Saltmarsh",
  "Willow",
  "Granite",
  "Tidal",
  "Amber",
  "Northern",
  "Clover",
  "Thistle",
  "Aurora",
] as const;
