// What lies under the pointer, in words, and where to say it. Knows the map's words; draws nothing.
import { filled } from "../common/dom.js";

const LEAST_CELL = 3;
const SINGLE_CELL = 4;
const whole = new Intl.NumberFormat("en");
const percent = (share) => Math.round(share * 100);

/**
 * The neurons that are pointed at together: one where it is wide enough to hit, else whole bins.
 * `pixel`: width of a neuron on the screen.
 */
export function cellAt(neuron, neurons, pixel) {
  let count = pixel >= SINGLE_CELL ? 1 : neurons.binWidth;
  while (count > 1 && count * pixel < LEAST_CELL) count *= 2;
  const from = Math.floor(neuron / count) * count;
  return { from, to: Math.min(from + count, neurons.neurons) };
}

/** Lines about a cell of a layer. */
export function cellWords(words, neurons, layer, { from, to }) {
  const count = to - from;
  const kept = neurons.kept(layer, from, to);
  const values = {
    layer,
    first: whole.format(from),
    last: whole.format(to - 1),
    kept,
    count,
    share: percent(kept / count),
    width: neurons.binWidth,
    score: percent(neurons.score(layer, from, to)),
    rank: whole.format(rankAmongNeurons(neurons, layer, from, to)),
    all: whole.format(neurons.neurons),
  };
  const single = count === 1;
  const state = single ? (kept ? words.is_kept : words.is_dropped) : words.kept;
  const rank = count > neurons.binWidth ? words.best : neurons.binWidth === 1 ? words.rank : words.about;
  const score = count < neurons.binWidth ? words.bin_score : words.score;
  const lines = [single ? words.one : words.many, `${state} · ${rank}`, score];
  return lines.map((line) => filled(line, values));
}

/** Scores travel as means of neighbours: the middle of those that share a place. */
function rankAmongNeurons(neurons, layer, from, to) {
  return Math.ceil((neurons.rank(layer, from, to) - 0.5) * neurons.binWidth);
}

/** Line about a whole layer. */
export function layerWords(words, layer, kept, all) {
  return filled(words.layer, { layer, kept: whole.format(kept), all: whole.format(all) });
}

/** Line about the layer's number in the strip, "" where there is none. */
export function stripWords(words, names, strip, layer) {
  if (!strip?.values.length) return "";
  const shown = (value) => (strip.kind === "share" ? `${percent(value)} %` : value.toFixed(2));
  const chance = strip.chance.length ? filled(words.chance, { value: shown(strip.chance[layer]) }) : "";
  const values = { name: names[strip.kind], value: shown(strip.values[layer]), other: strip.against };
  return filled(strip.against ? words.against : words.strip, values) + chance;
}

/** Lines for under the map, long and short: which neurons lie between its edges, whether layers had to be left out. */
export function axisWords(words, part, rows) {
  const values = {
    first: whole.format(Math.floor(part.from)),
    last: whole.format(Math.ceil(part.to) - 1),
    all: whole.format(part.neurons),
  };
  const thinned = rows.length < part.layers ? filled(words.thinned, { shown: rows.length, all: part.layers }) : "";
  const [long, short] = part.zoomed ? [words.axis_part, words.axis_part_short] : [words.axis, words.axis_short];
  return [filled(long, values) + thinned, filled(short, values) + thinned];
}

/** Put `tip` beside (x, y) of `frame`, inside its width. */
export function placeTip(tip, frame, x, y) {
  const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
  const right = x + 14;
  const left = right + wide <= frame.clientWidth ? right : x - 14 - wide;
  tip.style.left = `${Math.max(Math.min(left, frame.clientWidth - wide), 0)}px`;
  tip.style.top = `${y - high - 10 >= 0 ? y - high - 10 : y + 14}px`;
}
