// Colours as [r, g, b], 0–255 each. Knows no element.

/** "#rrggbb" → [r, g, b]. */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** The colour at `share`, 0–1, of the way. */
export function mix(from, to, share) {
  return from.map((value, c) => value + (to[c] - value) * share);
}

/** A pixel of a canvas, as a Uint32Array over its bytes holds it. */
export function packed(colour) {
  const [red, green, blue] = colour.map(Math.round);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
