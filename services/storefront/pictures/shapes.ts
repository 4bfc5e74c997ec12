/** Building blocks of the drawings: each returns one SVG element. */

export function path(d: string, fill: string, more = ""): string {
  return `<path d="${d}" fill="${fill}"${more && ` ${more}`}/>`;
}

export function line(d: string, stroke: string, width: number): string {
  return (
    `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}"` +
    ` stroke-linecap="round" stroke-linejoin="round"/>`
  );
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`;
}

export function circle(x: number, y: number, r: number, fill: string): string {
  return `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;
}

export function box(
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  fill: string,
): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`;
}

/** On the table, below a thing that stands there. */
export function shadow(x: number, y: number, rx: number): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${Math.round(rx / 8)}" fill="#000" opacity=".13"/>`;
}

export function group(transform: string, ...parts: string[]): string {
  return `<g transform="${transform}">${parts.join("")}</g>`;
}

/** Light from the left on whatever has this outline. */
export function gloss(d: string): string {
  return `<path d="${d}" fill="#fff" opacity=".22"/>`;
}

export const WOOD = "#c99a66";
export const WOOD_DARK = "#a87b4b";
export const PAPER = "#fbf7ee";
export const STEEL = "#b9c2c9";
export const INK = "#2b2f36";
