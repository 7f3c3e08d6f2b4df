// One number a layer, as bars in line with the map's rows. Knows pixels; the numbers are somebody else's.
import { cssValue } from "../common/dom.js";

const TRACK = "#18212c";
const CHANCE = "#f6f6f3";

/** `strip`: { values, chance }, in 0–1; an upright line, `thick` pixels, marks what chance gives. `pointed`: a layer. */
export function drawStrip(canvas, rows, strip, { lane, pointed, thick }) {
  const pen = canvas.getContext("2d");
  const { width } = canvas;
  pen.clearRect(0, 0, width, canvas.height);
  if (!strip?.values.length) return;
  const colour = cssValue(`--lane-glow-${lane % 4}`);
  for (const { layer, top, bottom } of rows) {
    const high = bottom - top;
    pen.fillStyle = TRACK;
    pen.fillRect(0, top, width, high);
    pen.fillStyle = colour;
    pen.globalAlpha = pointed === null || pointed === layer ? 0.92 : 0.6;
    pen.fillRect(0, top, Math.round(strip.values[layer] * width), high);
    pen.globalAlpha = 1;
    if (!strip.chance.length) continue;
    pen.fillStyle = CHANCE;
    pen.fillRect(Math.round(strip.chance[layer] * width) - Math.floor(thick / 2), top, thick, high);
  }
}
