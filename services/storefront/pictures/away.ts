import type { Draw } from "./draw.ts";
import {
  box,
  circle,
  ellipse,
  gloss,
  group,
  INK,
  line,
  PAPER,
  path,
  STEEL,
  shadow,
  WOOD,
  WOOD_DARK,
} from "./shapes.ts";

const backpack: Draw = (p, fill) =>
  shadow(200, 332, 116) +
  line("M170 76c0-40 60-40 60 0", INK, 12) +
  box(92, 200, 34, 100, 14, p.shade) +
  box(274, 200, 34, 100, 14, p.shade) +
  path("M112 150c0-52 36-84 88-84s88 32 88 84v150c0 18-10 28-28 28H140c-18 0-28-10-28-28z", fill) +
  path(
    "M244 78c28 14 44 40 44 72v150c0 18-10 28-28 28h-24c16 0 22-10 22-28V150c0-28-4-52-14-72z",
    p.shade,
    'opacity=".5"',
  ) +
  path("M112 150c0-52 36-84 88-84s88 32 88 84v24c0 16-40 26-88 26s-88-10-88-26z", p.shade) +
  box(146, 232, 108, 72, 14, p.light) +
  line("M152 252h96", p.shade, 5) +
  box(160, 150, 14, 74, 5, WOOD) +
  box(226, 150, 14, 74, 5, WOOD) +
  box(156, 206, 22, 16, 4, p.accent) +
  box(222, 206, 22, 16, 4, p.accent) +
  gloss("M128 146c2-30 14-50 34-62-10 22-14 44-14 70z");

const bottle: Draw = (p, fill) =>
  shadow(200, 330, 66) +
  box(166, 52, 68, 50, 12, INK) +
  line("M180 52c0-22 40-22 40 0", INK, 8) +
  path(
    "M162 108h76c24 12 30 30 30 52v140c0 16-10 26-26 26h-84c-16 0-26-10-26-26V160c0-22 6-40 30-52z",
    fill,
  ) +
  path(
    "M222 108h16c24 12 30 30 30 52v140c0 16-10 26-26 26h-22c16 0 20-10 20-26V160c0-22-2-40-18-52z",
    p.shade,
    'opacity=".5"',
  ) +
  box(160, 98, 80, 14, 5, STEEL) +
  path("M132 214h136v44H132z", PAPER) +
  path("M168 246l22-22 14 14 12-10 18 18z", p.accent) +
  gloss("M146 160c0-16 4-28 14-36v190c-8 0-14-4-14-14z");

const tent: Draw = (p, fill) =>
  circle(310, 84, 30, "#fff6dc") +
  path("M0 292l70-96 54 60 70-110 84 116 50-56 72 86z", p.light, 'opacity=".35"') +
  shadow(200, 326, 170) +
  path("M200 100L48 322h152z", fill) +
  path("M200 100l152 222H200z", p.shade) +
  path("M200 100l-54 222h54z", p.light) +
  path("M200 150l-30 172h60z", INK, 'opacity=".75"') +
  path("M200 150l-30 172h-22z", p.light) +
  line("M200 104V84M48 322l-22 12M352 322l22 12", WOOD_DARK, 5) +
  path("M200 84l26 8-26 9z", p.accent);

const scarf: Draw = (p, fill) =>
  shadow(200, 338, 120) +
  path("M226 180l60 22-30 128-60-14z", p.shade) +
  path("M128 170l70 10-14 150-66-4z", fill) +
  line(
    "M124 326v22M140 328v22M156 329v22M172 330v22M204 318l-5 20M220 322l-5 20M236 326l-5 20M250 329l-4 20",
    p.accent,
    6,
  ) +
  path("M104 130c10-50 182-50 192 0 8 44-40 66-96 66s-104-22-96-66z", fill) +
  path(
    "M264 104c18 6 30 14 32 26 8 44-40 66-96 66-14 0-28-1-40-4 76-2 116-34 104-88z",
    p.shade,
    'opacity=".45"',
  ) +
  ellipse(200, 118, 64, 22, p.shade) +
  gloss("M116 136c0-12 8-22 22-30-6 20-4 44 12 66-22-8-34-20-34-36z");

const beanie: Draw = (p, fill) =>
  shadow(200, 322, 122) +
  circle(200, 84, 34, p.accent) +
  Array.from({ length: 8 }, (_, spoke) =>
    group(`rotate(${spoke * 45} 200 84)`, line("M200 84V56", p.wall, 3)),
  ).join("") +
  path("M92 262c-4-92 40-154 108-154s112 62 108 154z", fill) +
  path("M244 118c44 22 66 74 64 144h-58c4-56 4-102-6-144z", p.shade, 'opacity=".45"') +
  line(
    "M146 132c-14 36-18 80-18 126M200 112v146M254 132c14 36 18 80 18 126M172 118c-8 40-10 90-10 140M228 118c8 40 10 90 10 140",
    p.shade,
    3,
  ) +
  box(80, 246, 240, 68, 22, p.light) +
  line(Array.from({ length: 11 }, (_, rib) => `M${100 + rib * 20} 260v40`).join(""), p.shade, 4);

const tote: Draw = (p, fill) =>
  shadow(200, 332, 116) +
  line("M150 150c-8-120 108-120 100 0", p.shade, 13) +
  path("M98 142h204l14 176c0 8-4 12-12 12H96c-8 0-12-4-12-12z", fill) +
  path("M256 142h46l14 176c0 8-4 12-12 12h-46c8 0 12-4 11-12z", p.shade, 'opacity=".45"') +
  box(92, 136, 216, 20, 6, p.light) +
  line("M150 146v26M250 146v26", p.shade, 13) +
  circle(196, 240, 42, PAPER) +
  path("M196 268c-30-22-28-40-14-46 8-2 12 4 14 8 2-4 6-10 14-8 14 6 16 24-14 46z", p.accent) +
  gloss("M110 168h18l-8 152h-20z");

const blocks: Draw = (p) =>
  shadow(200, 324, 140) +
  box(76, 226, 96, 96, 8, p.body) +
  box(228, 226, 96, 96, 8, p.light) +
  box(152, 130, 96, 96, 8, p.accent) +
  path("M168 130l32-78 32 78z", p.shade) +
  path("M200 52l32 78h-24z", "#000", 'opacity=".15"') +
  box(172, 226, 56, 96, 4, WOOD) +
  path("M172 322v-40a28 28 0 0 1 56 0v40z", WOOD_DARK) +
  circle(124, 274, 24, p.wall) +
  path("M276 246l8 18 20 2-15 13 5 20-18-11-18 11 5-20-15-13 20-2z", p.wall) +
  line("M184 178h32M200 162v32", p.wall, 10) +
  path("M150 226h22v96h-22zM302 226h22v96h-22zM226 130h22v96h-22z", "#000", 'opacity=".12"');

const wheel = (x: number, accent: string) =>
  circle(x, 290, 27, INK) + circle(x, 290, 16, accent) + circle(x, 290, 5, INK);

const train: Draw = (p, fill) =>
  shadow(200, 322, 158) +
  box(60, 254, 284, 22, 8, WOOD_DARK) +
  box(66, 146, 106, 112, 10, fill) +
  box(54, 130, 130, 22, 8, p.shade) +
  box(86, 170, 64, 46, 8, p.wall) +
  path("M172 186h120c28 0 44 18 44 36s-16 36-44 36H172z", p.light) +
  path("M172 226h160c-4 20-18 32-40 32H172z", p.shade, 'opacity=".35"') +
  path("M246 186h44l10-56h-64z", p.shade) +
  box(230, 120, 76, 16, 6, p.accent) +
  circle(200, 186, 18, p.accent) +
  path("M336 262l34 24h-44z", p.accent) +
  circle(272, 92, 18, "#fff") +
  circle(298, 68, 24, "#fff") +
  circle(332, 48, 17, "#fff") +
  wheel(112, p.accent) +
  wheel(202, p.accent) +
  wheel(284, p.accent);

const kite: Draw = (p, fill) =>
  path("M0 292h400v108H0z", p.wall) +
  circle(84, 96, 30, "#fff") +
  circle(118, 84, 38, "#fff") +
  circle(156, 100, 26, "#fff") +
  path("M58 96h124v28H74c-12 0-20-10-16-28z", "#fff") +
  line("M214 286c-40 22 34 34-6 58-26 16 10 30-20 50", p.shade, 4) +
  path(
    "M200 312l-28-4 8 22zM204 308l26 2-12 18zM200 358l-26 0 10 20zM204 354l26-4-10 22z",
    p.accent,
  ) +
  path("M232 52l88 92-106 146-78-126z", fill) +
  path("M232 52l88 92-106 146z", p.shade, 'opacity=".45"') +
  path("M232 52l-96 112 78-18z", p.light) +
  path("M214 146l106-2-106 146z", p.accent, 'opacity=".85"') +
  line("M232 52l-18 238M136 164l184-20", WOOD, 5);

/** Outdoors, wear and play. */
export const AWAY_MOTIFS = { backpack, bottle, tent, scarf, beanie, tote, blocks, train, kite };
