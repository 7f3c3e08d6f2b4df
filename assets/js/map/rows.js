// Where each layer lies on the map: rows from bottom to top, as the signal flows. Knows no pixels' colours.
import { clamp } from "../common/dom.js";

const LEAST_ROW = 2;
const GAP_SHARE = 0.14;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/**
 * [{ layer, top, bottom }], layer 0 first, in pixels of a map `height` high. Layers that find no room are left out
 * evenly, never the first nor the last. Rows of four pixels and more are kept apart, by `widestGap` at most.
 */
export function layerRows(layers, height, widestGap) {
  const room = Math.max(Math.min(layers, 2), Math.floor(height / LEAST_ROW));
  const count = Math.min(layers, room);
  const space = Math.min(Math.round((height / count) * GAP_SHARE), widestGap);
  return Array.from({ length: count }, (_, row) => ({
    layer: count === 1 ? 0 : Math.round((row * (layers - 1)) / (count - 1)),
    top: Math.round(((count - 1 - row) * height) / count),
    bottom: Math.round(((count - row) * height) / count) - space,
  }));
}

/** Rows to name at the side: first and last, and round numbers between them at least `apart` pixels from each other. */
export function namedRows(rows, apart) {
  if (rows.length < 2) return rows;
  const [first, last] = [rows[0], rows.at(-1)];
  const middle = (row) => (row.top + row.bottom) / 2;
  const far = (a, b) => Math.abs(middle(a) - middle(b)) >= apart;
  const pixels = (middle(first) - middle(last)) / Math.max(last.layer - first.layer, 1);
  const step = STEPS.find((step) => step * pixels >= apart) ?? Infinity;
  const round = rows.filter((row) => row.layer % step === 0 && far(row, first) && far(row, last));
  return [first, ...round, last];
}

/** Index of the row at `share` of the height, 0 at the top. */
export function rowAt(rows, share) {
  return clamp(Math.floor((1 - share) * rows.length), 0, rows.length - 1);
}
