// The flocking picture: a row a token, a column a bin of neurons, as bright as the token excites them. The prompt on
// top, the chosen answer below. Streaks from top to bottom are neurons that all tokens use.
import { GrowingList, cssValue, el, filled, hear, onResize, onTheme, onValue, setText } from "../common/dom.js";
import { rgb } from "../common/colour.js";
import { LevelRows, levelColours, picture } from "./level_picture.js";
import { layerChooser, textChooser } from "./flocking_choice.js";
import { cursorOn } from "./flocking_cursor.js";
import { visible } from "../common/words.js";

const GAP_PX = 20; // between prompt and answer, for the label
const LABEL_PX = 15; // as close as token texts may stand
const PROMPT_COLOUR = "#c9d1da";
const GLOW = [255, 250, 238];

export function mount({ element, props, watch, trigger }) {
  const { title, unit, empty, coming, legend, axis, kept: keptText, keys } = props.labels;
  const canvas = el("canvas", "flock-canvas");
  const names = el("div", "flock-names");
  const band = el("div", "flock-band");
  const line = el("div", "flock-kept", el("span", "", keptText));
  const stage = el("div", "flock-stage", canvas, line);
  const blank = el("p", "chart-blank", empty);
  const axisLine = el("p", "flock-axis");
  const sentence = el("p", "panel-sentence");
  const high = el("span");
  const scale = el("span", "flock-legend", legend.low, el("i", "flock-ramp"), high);
  const layers = layerChooser(props.labels, (layer) => trigger("look", { layer }));
  const texts = textChooser(props.labels, () => show());
  const panel = el(
    "section",
    "panel flock",
    el("header", "panel-head", el("h2", "", title), el("span", "chart-unit", unit), layers.node, texts.node, scale),
    el("div", "flock-frame", names, stage, band, blank),
    axisLine,
    sentence,
  );
  const pen = canvas.getContext("2d");
  const held = new Map(); // by lane: { view, positions, tokens, rows }
  let view = null;
  let key = "";
  let isComing = false;
  let veil = ""; // why this is not of the race on the screen
  let parts = []; // what is on the screen: a held text with rows (how many), row (height of one), top and levels
  element.replaceChildren(panel);
  line.hidden = true;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  const cursor = cursorOn(canvas, stage, { labels: props.labels, parts: () => parts, view: () => view });

  /** Prompt and chosen answer, one below the other: rows that are still to come keep their place. */
  function lay() {
    const shown = [...new Set([-1, texts.chosen()])].map((lane) => held.get(lane)).filter(Boolean);
    const expected = shown.reduce((sum, { view: { expected } }) => sum + expected, 0);
    const room = stage.clientHeight - GAP_PX * shown.length;
    let top = 0;
    parts = shown.map((text) => {
      top += GAP_PX;
      const height = (room * text.view.expected) / Math.max(expected, 1);
      const rows = Math.min(text.positions.items.length, Math.floor(text.rows.levels.length / view.columns));
      const part = { ...text, rows, row: height / text.view.expected, top, height, levels: text.rows.levels };
      top += height;
      return part;
    });
  }

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(stage.clientWidth * ratio);
    canvas.height = Math.round(stage.clientHeight * ratio);
    if (!view?.columns || !canvas.width || !canvas.height) return;
    const paper = rgb(cssValue("--map-paper"));
    for (const part of parts) {
      const hue = rgb(part.view.lane < 0 ? PROMPT_COLOUR : cssValue(`--lane-glow-${part.view.lane % 4}`));
      const image = picture(part.levels.subarray(0, part.rows * view.columns), view.columns, levelColours(paper, hue, GLOW));
      if (!image) continue;
      const height = part.row * part.rows * ratio;
      pen.imageSmoothingEnabled = height < part.rows || canvas.width < view.columns;
      pen.imageSmoothingQuality = "high";
      pen.drawImage(image, 0, part.top * ratio, canvas.width, height);
    }
    label();
    cursor.redraw();
  }

  /** Names of the parts, and as many token texts as can be read. */
  function label() {
    const heads = parts.map((part) => {
      const head = el("span", "flock-part", part.view.heading);
      head.style.top = `${part.top - GAP_PX}px`;
      if (part.view.lane >= 0) head.style.color = `var(--lane-glow-${part.view.lane % 4})`;
      return head;
    });
    const marks = parts.flatMap((part) => {
      const step = Math.max(1, Math.ceil(LABEL_PX / part.row));
      return Array.from({ length: Math.ceil(part.rows / step) }, (_, index) => {
        const mark = el("span", "flock-token", visible(part.tokens.items[index * step]));
        mark.style.top = `${part.top + part.row * (index * step + 0.5)}px`;
        return mark;
      });
    });
    band.replaceChildren(...heads);
    names.replaceChildren(...marks);
    const share = view.kept / view.neurons;
    line.hidden = !view.kept || share >= 1;
    line.classList.toggle("to-left", share > 0.6);
    line.style.left = `${share * 100}%`;
  }

  function show() {
    if (!view?.columns) return clear();
    lay();
    draw();
    const chosen = held.get(texts.chosen());
    setText(sentence, [view.sentence, chosen?.view.sentence].filter(Boolean).join(" "));
    canvas.setAttribute("aria-label", `${title}. ${sentence.textContent} ${keys}`);
  }

  /** A replay has gone back to before the first picture. */
  function clear() {
    parts = [];
    pen.clearRect(0, 0, canvas.width, canvas.height);
    line.hidden = true;
    setText(sentence, "");
    for (const node of [band, names]) node.replaceChildren();
  }

  onResize(stage, show);
  onTheme(show);
  hear("layer", (layer) => layers.ask(layer));
  hear("veil", (words) => {
    veil = words;
    sayBlank();
  });

  function sayBlank() {
    setText(blank, veil || (isComing ? coming : empty));
  }

  onValue({ props, watch }, (next) => {
    isComing = next.coming;
    sayBlank();
    blank.hidden = next.columns > 0 || (view?.columns > 0 && next.run !== "");
    const waiting = next.columns === 0;
    panel.classList.toggle("stale", waiting && next.run !== "" && view?.columns > 0);
    if (waiting && next.run !== "" && view?.columns > 0) return; // the picture before stays until the next one begins
    if (key !== `${next.run} ${next.layer}`) held.clear();
    key = `${next.run} ${next.layer}`;
    view = next;
    for (const text of view.texts) {
      const known = held.get(text.lane) ?? { positions: new GrowingList(), tokens: new GrowingList(), rows: new LevelRows() };
      known.view = text;
      known.positions.update(key, text.positions);
      known.tokens.update(key, text.tokens);
      known.rows.update(text.rows);
      held.set(text.lane, known);
    }
    layers.update(view);
    texts.update(view.texts.filter(({ lane }) => lane >= 0));
    scale.hidden = !view.columns;
    setText(high, filled(legend.high, { scale: view.full_scale.toPrecision(2) }));
    setText(axisLine, view.columns ? filled(axis, { neurons: view.neurons.toLocaleString("en") }) : "");
    show();
  });
}
