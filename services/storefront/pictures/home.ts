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
  shadow,
  WOOD,
  WOOD_DARK,
} from "./shapes.ts";

const mug: Draw = (p, fill) =>
  shadow(205, 312, 105) +
  line("M262 178c52-8 62 82-4 84", p.shade, 22) +
  path("M122 136h150v120c0 34-22 54-52 54h-46c-30 0-52-20-52-54z", fill) +
  path("M240 136h32v120c0 34-22 54-52 54h-18c24-6 38-26 38-54z", p.shade, 'opacity=".55"') +
  ellipse(197, 136, 75, 20, p.light) +
  ellipse(197, 138, 63, 14, "#4a2e1f") +
  gloss("M138 166c6 4 8 4 12 4v84c0 14 4 26 10 34-16-8-22-20-22-36z") +
  line("M172 100c-10-16 10-22 0-40M206 100c-10-16 10-22 0-40", p.light, 6);

const teapot: Draw = (p, fill) =>
  shadow(200, 316, 120) +
  line("M286 196c60-6 58 74-6 74", p.shade, 18) +
  path("M126 246C84 240 92 186 58 172c18-14 36-8 46 10 8 14 12 24 32 24z", p.shade) +
  path("M108 232c0-58 40-90 92-90s92 32 92 90c0 50-38 82-92 82s-92-32-92-82z", fill) +
  path(
    "M248 156c28 16 44 42 44 76 0 50-38 82-92 82-8 0-14-1-20-2 52-8 76-44 76-90 0-26-4-48-8-66z",
    p.shade,
    'opacity=".5"',
  ) +
  ellipse(200, 148, 54, 13, p.shade) +
  path("M150 144c4-24 26-34 50-34s46 10 50 34c-14 8-86 8-100 0z", p.light) +
  circle(200, 102, 13, p.accent) +
  gloss("M126 226c2-32 18-54 40-64-12 20-18 44-16 72 0 16 4 30 10 42-22-8-34-26-34-50z");

const bowl: Draw = (p, fill) =>
  shadow(200, 314, 100) +
  circle(158, 182, 30, "#d9483b") +
  circle(206, 170, 34, "#e9a13b") +
  circle(250, 184, 29, "#8aa83c") +
  line("M158 154c2-10 6-14 12-18M206 138c0-10 4-14 8-18", WOOD_DARK, 6) +
  path("M82 190h236c0 70-46 118-118 118S82 260 82 190z", fill) +
  path("M262 190h56c0 70-46 118-118 118 44-22 62-62 62-118z", p.shade, 'opacity=".5"') +
  box(74, 182, 252, 18, 9, p.light) +
  box(156, 300, 88, 14, 7, p.shade) +
  gloss("M104 208h22c4 34 18 58 40 76-36-12-58-38-62-76z");

const lamp: Draw = (p, fill) =>
  `<ellipse cx="200" cy="210" rx="170" ry="130" fill="#fff3c9" opacity=".55"/>` +
  shadow(200, 322, 76) +
  path("M190 206h20v96h-20z", WOOD) +
  path("M202 206h8v96h-8z", WOOD_DARK) +
  ellipse(200, 308, 62, 16, WOOD) +
  path("M138 308a62 16 0 0 0 124 0v8a62 16 0 0 1-124 0z", WOOD_DARK) +
  path("M152 82h96l50 132H102z", fill) +
  path("M222 82h26l50 132h-62z", p.shade, 'opacity=".45"') +
  ellipse(200, 214, 98, 13, "#ffe9a8") +
  ellipse(200, 82, 48, 7, p.light) +
  line("M262 216v38", INK, 3) +
  circle(262, 258, 6, p.accent) +
  gloss("M158 96h14l-32 104h-18z");

const pendant: Draw = (p, fill) =>
  path("M116 226L40 400h320l-76-174z", "#fff3c9", 'opacity=".6"') +
  line("M200 0v96", INK, 5) +
  box(184, 90, 32, 26, 6, WOOD) +
  path("M96 226c0-70 44-112 104-112s104 42 104 112z", fill) +
  path("M236 120c42 16 68 54 68 106h-54c0-44-4-78-14-106z", p.shade, 'opacity=".5"') +
  ellipse(200, 226, 104, 17, p.shade) +
  ellipse(200, 228, 88, 11, "#fff0ba") +
  circle(200, 232, 22, "#fffbe8") +
  gloss("M116 208c4-40 24-66 54-78-20 22-28 48-28 78z") +
  shadow(200, 356, 120);

const candle: Draw = (p, fill) =>
  `<circle cx="200" cy="120" r="110" fill="#ffe9a8" opacity=".5"/>` +
  shadow(200, 316, 84) +
  path("M200 62c30 34 32 48 32 60a32 32 0 0 1-64 0c0-12 8-30 32-60z", "#f6a63c") +
  path("M200 96c14 18 16 24 16 30a16 16 0 0 1-32 0c0-6 4-14 16-30z", "#fff3b8") +
  line("M200 140v34", INK, 5) +
  box(134, 164, 132, 148, 18, "#fff") +
  box(134, 164, 132, 148, 18, p.wall) +
  box(142, 190, 116, 114, 14, "#f7edd6") +
  box(134, 216, 132, 62, 0, fill) +
  ellipse(200, 168, 66, 12, "#fff8e6") +
  path("M236 216h30v62h-30z", p.shade, 'opacity=".45"') +
  box(160, 234, 80, 26, 4, PAPER) +
  line("M174 247h52", p.shade, 4) +
  gloss("M144 184h14v120h-6c-6 0-8-4-8-10z");

const vase: Draw = (p, fill) =>
  shadow(200, 318, 82) +
  line(
    "M196 170C190 120 176 96 150 70M204 170c0-60 8-90 30-122M200 170c6-40 30-62 66-70",
    "#5d7d4a",
    6,
  ) +
  path(
    "M176 128c-30 2-40-12-44-30 24-2 40 8 44 30zM216 110c26-6 34-22 32-42-22 6-34 20-32 42z",
    "#7c9a5e",
  ) +
  [
    [148, 64],
    [236, 44],
    [270, 98],
  ]
    .map(([x = 0, y = 0]) => circle(x, y, 24, p.accent) + circle(x, y, 10, PAPER))
    .join("") +
  path("M168 162h64v22c0 24 44 44 44 84 0 32-26 48-76 48s-76-16-76-48c0-40 44-60 44-84z", fill) +
  path(
    "M214 162h18v22c0 24 44 44 44 84 0 32-26 48-76 48-6 0-10 0-14-1 40-4 56-18 56-47 0-40-28-56-28-84z",
    p.shade,
    'opacity=".5"',
  ) +
  ellipse(200, 162, 32, 8, p.light) +
  gloss("M150 250c4-18 18-30 26-44-4 24-14 40-14 62 0 14 4 22 12 30-18-8-28-24-24-48z");

const cushion: Draw = (p, fill) =>
  shadow(200, 318, 130) +
  path("M86 110c70 16 158 16 228 0 8 60 8 130 0 200-70-14-158-14-228 0-8-70-8-140 0-200z", fill) +
  path(
    "M272 118c16-2 30-4 42-8 8 60 8 130 0 200-14-3-28-5-42-7 10-60 10-124 0-185z",
    p.shade,
    'opacity=".4"',
  ) +
  line("M86 110c70 16 158 16 228 0M86 310c70-14 158-14 228 0", p.shade, 5) +
  [
    [86, 110],
    [314, 110],
    [86, 310],
    [314, 310],
  ]
    .map(([x = 0, y = 0]) => circle(x, y, 13, p.accent))
    .join("") +
  circle(200, 210, 12, p.shade) +
  line(
    "M200 210c-20-14-40-20-60-22M200 210c20-14 40-20 60-22M200 210c-18 14-34 22-54 28M200 210c18 14 34 22 54 28",
    p.shade,
    3,
  ) +
  gloss("M102 126c16 4 30 6 46 8-8 44-10 96-4 156-14 0-26 2-38 4-6-58-6-112-4-168z");

const clock: Draw = (p, fill) =>
  `<circle cx="206" cy="196" r="134" fill="#000" opacity=".12"/>` +
  circle(200, 186, 134, fill) +
  circle(200, 186, 134, "none") +
  circle(200, 186, 108, PAPER) +
  Array.from({ length: 12 }, (_, hour) =>
    group(
      `rotate(${hour * 30} 200 186)`,
      box(196, 90, 8, hour % 3 === 0 ? 24 : 12, 4, hour % 3 === 0 ? INK : p.shade),
    ),
  ).join("") +
  line("M200 186l-46-34", INK, 11) +
  line("M200 186l56-46", INK, 8) +
  line("M200 206v-88", p.accent, 4) +
  circle(200, 186, 12, p.accent) +
  gloss("M90 176a112 112 0 0 1 90-100c-46 24-70 60-74 110z");

/** Kitchen, lighting and living. */
export const HOME_MOTIFS = { mug, teapot, bowl, lamp, pendant, candle, vase, cushion, clock };
