import type { Motif, PictureName } from "../../shared/picture-name.ts";
import { AWAY_MOTIFS } from "./away.ts";
import { HOME_MOTIFS } from "./home.ts";
import { PALETTES, type Palette } from "./palettes.ts";
import { STUDY_MOTIFS } from "./study.ts";

/** Draws a thing on a stage of 400 × 400; `pattern` fills what may be decorated. */
export type Draw = (palette: Palette, pattern: string) => string;

const MOTIFS: Record<Motif, Draw> = { ...HOME_MOTIFS, ...STUDY_MOTIFS, ...AWAY_MOTIFS };

const PATTERNS: readonly ((palette: Palette) => string)[] = [
  () => "",
  ({ light }) => `<path d="M0 10h40" stroke="${light}" stroke-width="9"/>`,
  ({ accent }) =>
    `<circle cx="10" cy="10" r="5" fill="${accent}"/><circle cx="30" cy="30" r="5" fill="${accent}"/>`,
];

/** The same name always gives the same picture, byte for byte. */
export function drawPicture({ motif, palette, pattern }: PictureName): string {
  const colours = PALETTES[palette % PALETTES.length] as Palette;
  const decoration = PATTERNS[pattern % PATTERNS.length]?.(colours) ?? "";
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">` +
    `<defs><pattern id="p" width="40" height="40" patternUnits="userSpaceOnUse">` +
    `<rect width="40" height="40" fill="${colours.body}"/>${decoration}</pattern></defs>` +
    `<rect width="400" height="400" fill="${colours.wall}"/>` +
    `<path d="M0 292h400v108H0z" fill="${colours.table}"/>` +
    MOTIFS[motif](colours, "url(#p)") +
    `</svg>\n`
  );
}
