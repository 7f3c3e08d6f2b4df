// The place on the map that is pointed at, by hand or by keys, and what is said about it.
// A place is a share of the width and a layer: it stays on the screen while zoom and updates change what lies there.
import { rowAt } from "./rows.js";
import { cellAt, cellWords, layerWords, placeTip, stripWords } from "./tip.js";
import { clamp, setText } from "../common/dom.js";

const EDGE = 0.1; // of the width: how far beyond the cursor the map moves on

/** `drawn()` → { rows, part, neurons, lane, strip, ratio }: what is on the screen; neurons null while that is nothing. */
export function mapCursor(parts, words, drawn) {
  const { stage, frame, cell, side, tip, said } = parts;
  let place = null; // { across, layer, onStrip, byKeys }

  function aboutLayer(layer) {
    const { lane, strip, neurons } = drawn();
    const line = layerWords(words.tip, layer, lane.k[layer], neurons.neurons);
    return [line, stripWords(words.tip, words.strip, strip, layer)];
  }

  function aboutCell(layer, range) {
    const { neurons, strip } = drawn();
    return [...cellWords(words.tip, neurons, layer, range), stripWords(words.tip, words.strip, strip, layer)];
  }

  function frameCell(range, { top, bottom }, { part, ratio }) {
    const [left, right] = [range.from, range.to].map((neuron) => clamp(part.across(neuron), 0, 1));
    Object.assign(cell.style, {
      left: `${left * 100}%`,
      width: `${(right - left) * 100}%`,
      top: `${top / ratio}px`,
      height: `${(bottom - top) / ratio}px`,
    });
  }

  function cellUnder(across) {
    const { part, neurons } = drawn();
    return cellAt(part.at(across), neurons, stage.clientWidth / part.span);
  }

  /** The middle of the next cell, or of the layer's first or last one (columns ±∞); what lies outside is brought in. */
  function beside(across, columns) {
    const { part, neurons } = drawn();
    const here = cellUnder(across);
    const neuron = Number.isFinite(columns)
      ? clamp(columns < 0 ? here.from - 1 : columns > 0 ? here.to : here.from, 0, neurons.neurons - 1)
      : columns < 0 ? 0 : neurons.neurons - 1;
    const { from, to } = cellAt(neuron, neurons, stage.clientWidth / part.span);
    const middle = (from + to) / 2;
    const place = part.across(middle);
    if (place < 0 || place > 1) part.pan(place < 0 ? place - EDGE : place - 1 + EDGE);
    return clamp(part.across(middle), 0, 1);
  }

  return {
    /** Where zooming by keys should hold still. */
    get across() {
      return place && !place.onStrip ? place.across : 0.5;
    },
    get layer() {
      return place?.layer ?? null;
    },
    clear() {
      place = null;
    },
    point(across, down) {
      const { rows } = drawn();
      if (rows.length) place = { across, layer: rows[rowAt(rows, down)].layer, onStrip: false, byKeys: false };
    },
    pointAtStrip(down) {
      const { rows } = drawn();
      if (rows.length) place = { across: 0, layer: rows[rowAt(rows, down)].layer, onStrip: true, byKeys: false };
    },
    /** Move by cells and rows; without a place to start from, take the first cell, or the middle of the first row. */
    step(columns, up) {
      const { rows } = drawn();
      if (!rows.length) return;
      const row = Math.max(0, rows.findIndex(({ layer }) => layer === place?.layer));
      const far = Math.abs(columns) === Infinity;
      const across = place || far ? beside(place?.across ?? 0, columns) : columns ? 0 : 0.5;
      place = { across, layer: rows[clamp(row + up, 0, rows.length - 1)].layer, onStrip: false, byKeys: true };
    },
    draw() {
      const { rows, ratio } = drawn();
      const row = place && (rows.find(({ layer }) => layer === place.layer) ?? rows[0]);
      frame.classList.toggle("pointing", Boolean(row));
      cell.hidden = !row || place.onStrip;
      if (!row) return setText(said, "");
      const range = place.onStrip ? null : cellUnder(place.across);
      if (range) frameCell(range, row, drawn());
      const lines = range ? aboutCell(row.layer, range) : aboutLayer(row.layer);
      setText(tip, lines.filter(Boolean).join("\n"));
      setText(said, place.byKeys ? tip.textContent : "");
      const x = range ? stage.offsetLeft + place.across * stage.clientWidth : side.offsetLeft - 14;
      placeTip(tip, frame, x, stage.offsetTop + row.top / ratio);
    },
  };
}
