export interface Palette {
  /** Wall and table behind the thing. */
  wall: string;
  table: string;
  /** The thing itself: body, its side in shadow, its side in light. */
  body: string;
  shade: string;
  light: string;
  accent: string;
}

const palette = (
  wall: string,
  table: string,
  body: string,
  shade: string,
  light: string,
  accent: string,
): Palette => ({ wall, table, body, shade, light, accent });

export const PALETTES: readonly Palette[] = [
  palette("#e4ece6", "#cfdcd2", "#2f7a5f", "#22604a", "#58a083", "#f2c14e"),
  palette("#f3e6dc", "#e6d1c1", "#c8643f", "#a54d2d", "#e08a64", "#2f4858"),
  palette("#e2e8f1", "#ccd6e5", "#39598f", "#2a4473", "#6283b8", "#f0a35e"),
  palette("#f5eccf", "#e9dcb0", "#d99a2b", "#b67c1b", "#f0bd5d", "#3c5a4d"),
  palette("#efe3ea", "#dfccd7", "#8d4a6b", "#713753", "#b3718f", "#e8c07d"),
  palette("#e0eceb", "#c7dcda", "#2b8084", "#1f6568", "#5aa9ab", "#ee7b5b"),
  palette("#ece8e1", "#d9d2c6", "#6b5b4b", "#534638", "#93806c", "#c9572c"),
  palette("#e8e6f2", "#d4d0e6", "#5f56a0", "#4a4283", "#887fc4", "#f2b84b"),
  palette("#f6e3df", "#e9ccc6", "#bb3e48", "#982e38", "#da6d73", "#20445a"),
  palette("#e6ebdc", "#d2dbc2", "#72863a", "#5a6c2b", "#97aa5e", "#c45b3a"),
];
