// Neurons → pixels. Every pixel column shows the share kept and the mean score of the neurons under it; where a neuron
// is wider than a pixel it is drawn by itself.
import { mix, packed, rgb } from "../common/colour.js";
import { cssValue } from "../common/dom.js";

const DROPPED = [20, 27, 36];
const MISSED = [58, 70, 84];
const GLOW = [255, 246, 225];
const LEVELS = 64;
const GAPPED_PIXELS = 6;

/** Colours of a lane's map: `at(share kept, score)` → [r, g, b], all in 0–1 but the colour. */
export function mapColours(lane) {
  const bright = rgb(cssValue(`--lane-glow-${lane % 4}`));
  const ember = mix(DROPPED, bright, 0.36);
  const keptColour = (light) =>
    light < 0.65 ? mix(ember, bright, light / 0.65) : mix(bright, GLOW, (light - 0.65) / 0.35);
  const at = (share, score) => {
    const light = Math.sqrt(score);
    return mix(mix(DROPPED, MISSED, light), keptColour(light), share);
  };
  const table = Uint32Array.from({ length: LEVELS * LEVELS }, (_, index) =>
    packed(at(Math.floor(index / LEVELS) / (LEVELS - 1), (index % LEVELS) / (LEVELS - 1))),
  );
  const pixel = (share, score) =>
    table[Math.round(share * (LEVELS - 1)) * LEVELS + Math.round(Math.min(score, 1) * (LEVELS - 1))];
  return { at, pixel };
}

/** Draw the rows into `image`, the neurons of `part` from edge to edge. gap: pixels between wide neurons. */
export function paintRows(image, rows, { neurons, part, colours, gap }) {
  const { width } = image;
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(0);
  const step = part.span / width;
  const gapped = 1 / step >= GAPPED_PIXELS * gap;
  const line = new Uint32Array(width);
  for (const row of rows) {
    for (let x = 0; x < width; x++) {
      const from = Math.min(Math.floor(part.from + x * step), neurons.neurons - 1);
      const next = Math.floor(part.from + (x + 1) * step);
      const to = Math.min(Math.max(next, from + 1), neurons.neurons);
      const share = neurons.kept(row.layer, from, to) / (to - from);
      const between = gapped && Math.floor(part.from + (x + gap) * step) > from;
      line[x] = between ? 0 : colours.pixel(share, neurons.score(row.layer, from, to));
    }
    for (let y = row.top; y < row.bottom; y++) pixels.set(line, y * width);
  }
}

/** The legend's ramp: from dropped, over kept with a low score, to kept with the best one. */
export function legendStops(colours) {
  const kept = [0, 0.05, 0.15, 0.3, 0.6, 1].map((score) => colours.at(1, score));
  return [colours.at(0, 0), colours.at(0, 0.2), ...kept].map((colour) => `rgb(${colour.map(Math.round).join(" ")})`);
}
