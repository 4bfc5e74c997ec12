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

const notebook: Draw = (p, fill) =>
  shadow(206, 330, 120) +
  group(
    "rotate(-7 200 200)",
    box(112, 66, 196, 262, 10, p.shade),
    box(108, 62, 192, 258, 6, PAPER),
    box(100, 58, 192, 262, 10, fill),
    box(100, 58, 34, 262, 10, p.shade),
    box(168, 112, 92, 56, 5, PAPER),
    line("M184 132h60M184 148h38", p.shade, 5),
    box(262, 58, 12, 262, 0, p.accent),
    path("M214 320h18v34l-9-9-9 9z", p.accent),
    gloss("M140 66h16v246h-16z"),
  );

const pencil = (x: number, angle: number, colour: string, dark: string) =>
  group(
    `rotate(${angle} ${x} 250)`,
    path(`M${x - 11} 110h22v150h-22z`, colour),
    path(`M${x + 3} 110h8v150h-8z`, dark),
    path(`M${x - 11} 110l11-34 11 34z`, "#f0d3a8"),
    path(`M${x - 4} 88l4-12 4 12z`, INK),
  );

const pencils: Draw = (p, fill) =>
  shadow(200, 318, 84) +
  pencil(168, -12, p.accent, "#00000022") +
  pencil(186, -3, "#e8c65a", "#c9a43c") +
  pencil(212, 5, p.light, p.shade) +
  pencil(232, 14, "#d9604c", "#b94936") +
  path("M130 186h140l-10 118c-1 6-4 10-10 10H150c-6 0-9-4-10-10z", fill) +
  path("M228 186h42l-10 118c-1 6-4 10-10 10h-34c6 0 9-4 10-10z", p.shade, 'opacity=".5"') +
  box(124, 178, 152, 18, 9, p.light) +
  gloss("M144 204h16l6 98h-12z");

const globe: Draw = (p, fill) =>
  shadow(200, 330, 84) +
  line("M118 90a130 130 0 1 0 172 190", WOOD_DARK, 12) +
  path("M192 284h16v32h-16z", WOOD_DARK) +
  ellipse(200, 320, 66, 14, WOOD) +
  circle(206, 174, 104, fill) +
  path(
    "M140 128c20-30 56-40 78-34 4 20-14 24-20 40-8 20-30 14-34 34-4 16-20 12-30 0-4-16-2-28 6-40zM226 196c20-14 54-10 66 6-4 30-24 50-48 60-16-10-10-30-20-40-4-10-4-18 2-26zM250 98c16 8 30 20 40 40-14 6-30 0-38-12-6-10-8-18-2-28z",
    p.light,
  ) +
  path(
    "M246 78c40 20 64 54 64 96 0 58-46 104-104 104-12 0-24-2-34-6 60-6 98-44 98-104 0-34-8-64-24-90z",
    p.shade,
    'opacity=".4"',
  ) +
  circle(140, 94, 9, p.accent) +
  circle(274, 258, 9, p.accent) +
  gloss("M122 160c4-30 22-54 48-66-18 26-26 54-22 86-10-2-20-8-26-20z");

const leaf = (x: number, y: number, angle: number, size: number, fill: string) =>
  group(
    `translate(${x} ${y}) rotate(${angle}) scale(${size})`,
    path("M0 0c-34-22-38-66 0-112 38 46 34 90 0 112z", fill),
    line("M0 0v-96", "#00000026", 4),
  );

const plant: Draw = (p, fill) =>
  shadow(200, 324, 84) +
  leaf(194, 216, -62, 0.95, "#4f7d4b") +
  leaf(206, 216, 64, 1, "#3f6d42") +
  leaf(196, 212, -34, 1.15, "#5f9157") +
  leaf(206, 212, 32, 1.2, "#548650") +
  leaf(200, 214, -2, 1.4, "#6ba562") +
  path("M130 212h140l-16 98c-2 8-6 12-14 12h-80c-8 0-12-4-14-12z", fill) +
  path("M226 212h44l-16 98c-2 8-6 12-14 12h-34c8 0 12-4 13-12z", p.shade, 'opacity=".5"') +
  box(120, 200, 160, 26, 8, p.light) +
  gloss("M146 234h16l10 80h-8c-4 0-6-4-8-12z");

const wateringCan: Draw = (p, fill) =>
  shadow(212, 318, 112) +
  line("M160 170c-4-96 130-96 122 2", p.shade, 15) +
  line("M294 194c50-8 46 84-8 80", p.shade, 15) +
  path("M150 268L74 164l18-14 72 78z", p.shade) +
  path("M52 160l44-34 12 16-42 34z", p.light) +
  line("M52 176l-6 18M40 164l-14 10M66 190l-2 18", "#6ea3c9", 5) +
  path("M148 170h148l10 124c0 12-8 18-18 18H156c-10 0-18-6-18-18z", fill) +
  path("M258 170h38l10 124c0 12-8 18-18 18h-34c10 0 16-6 16-18z", p.shade, 'opacity=".5"') +
  ellipse(222, 170, 74, 15, p.light) +
  ellipse(222, 172, 60, 9, p.shade) +
  gloss("M162 192h16l-4 112h-14z");

const trowel: Draw = (p, fill) =>
  shadow(200, 330, 110) +
  group(
    "rotate(38 200 200)",
    path("M150 200c0-30 20-40 50-40s50 10 50 40c0 62-20 112-50 146-30-34-50-84-50-146z", STEEL),
    path("M206 160c30 2 44 14 44 40 0 62-20 112-50 146 10-50 10-110 6-186z", "#8f9aa3"),
    path("M192 122h16v52h-16z", "#8f9aa3"),
    box(178, 16, 44, 114, 20, fill),
    path("M206 16c10 2 16 10 16 20v74c0 10-6 18-16 20z", p.shade, 'opacity=".5"'),
    box(178, 108, 44, 12, 0, p.accent),
    circle(200, 34, 6, p.wall),
  ) +
  path("M52 330c26-22 60-26 92-6 20 10 26 20 26 28H40c0-10 4-16 12-22z", "#6d5240") +
  circle(78, 340, 5, "#8a6b55") +
  circle(116, 334, 4, "#8a6b55");

/** Desk and garden. */
export const STUDY_MOTIFS = {
  notebook,
  pencils,
  globe,
  plant,
  "watering-can": wateringCan,
  trowel,
};
