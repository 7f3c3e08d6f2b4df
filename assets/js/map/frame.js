// The elements of the neuron map: heading and buttons, the dark frame with its axes, the sentence. Knows no neurons.
import { el, laneColour, setText } from "../common/dom.js";

const KINDS = ["share", "gini", "overlap"];

/** Every element by name; `panel` is the whole. */
export function mapFrame(words) {
  const parts = {
    canvas: el("canvas", "map-canvas"),
    band: el("div", "map-band"),
    cell: el("div", "map-cell"),
    strip: el("canvas", "map-strip-canvas"),
    ticks: el("div", "map-ticks"),
    thumb: el("i"),
    axis: el("span", "map-axis"),
    choice: el("select", "map-choice"),
    tip: el("div", "map-tip"),
    said: el("p", "visually-hidden"),
    blank: el("p", "chart-blank", words.empty),
    ramp: el("i", "map-ramp"),
    lanes: el("span", "map-lanes"),
    zoomOut: button("map-zoom", "−", words.zoom.out),
    zoomIn: button("map-zoom", "+", words.zoom.in),
    reset: button("map-zoom", "↔", words.zoom.reset),
    save: button("map-save", words.save),
    sentence: el("p", "panel-sentence map-sentence"),
  };
  const { canvas, choice, lanes, band, tip, said } = parts;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-description", words.keys);
  canvas.setAttribute("aria-keyshortcuts", "+ - 0 ArrowLeft ArrowRight ArrowUp ArrowDown Home End PageUp PageDown");
  said.setAttribute("aria-live", "polite");
  tip.setAttribute("aria-hidden", "true"); // `said` tells it, when it was asked for by keyboard
  lanes.setAttribute("role", "group");
  lanes.setAttribute("aria-label", words.lanes);
  choice.setAttribute("aria-label", words.strip.label);
  choice.append(...KINDS.map((kind) => Object.assign(el("option", "", words.strip[kind]), { value: kind })));
  band.hidden = true;
  parts.stage = el("div", "map-stage", canvas, parts.cell, band);
  parts.side = el("div", "map-strip", parts.strip);
  parts.frame = el(
    "div",
    "map-frame",
    el("span", "map-word", words.layer),
    parts.ticks,
    parts.stage,
    parts.side,
    el("span", "map-scroll", parts.thumb),
    parts.axis,
    choice,
    parts.blank,
    tip,
  );
  parts.panel = el("section", "panel map-panel", heading(words, parts), parts.frame, parts.sentence, said);
  return parts;
}

/** A button a lane, when there are several. */
export function fillLanes({ lanes }, drawn, chosen, choose) {
  lanes.hidden = drawn.length < 2;
  while (lanes.children.length > drawn.length) lanes.lastChild.remove();
  drawn.forEach(({ lane, name, chip }, index) => {
    const item = lanes.children[index] ?? lanes.appendChild(button("map-lane", ""));
    if (item.textContent !== chip) item.replaceChildren(el("i", "swatch"), chip);
    item.title = name;
    item.style.setProperty("--lane", laneColour(lane));
    item.setAttribute("aria-pressed", String(lane === chosen));
    item.onclick = () => choose(lane);
  });
}

/** Which numbers the strip can show; says in words which it cannot. */
export function fillChoice({ choice }, strips, kind, words) {
  choice.disabled = strips.length === 0;
  for (const option of choice.options) {
    const strip = strips.find((one) => one.kind === option.value);
    option.disabled = Boolean(strip) && strip.values.length === 0;
    setText(option, (option.disabled && words.missing[option.value]) || words[option.value]);
    option.title = strip?.sentence ?? "";
  }
  choice.value = kind;
  choice.title = strips.find((one) => one.kind === kind)?.sentence ?? "";
}

/** Names of layers beside their rows; `ratio`: pixels of a row's edges in one of the page's. */
export function fillTicks({ ticks }, rows, ratio) {
  const items = rows.map(({ layer, top, bottom }) => {
    const tick = el("span", "", String(layer));
    tick.style.top = `${(top + bottom) / 2 / ratio}px`;
    return tick;
  });
  ticks.replaceChildren(...items);
}

function heading(words, { ramp, lanes, zoomOut, zoomIn, reset, save }) {
  const { dropped, kept } = words.legend;
  const legend = el("span", "map-legend", el("span", "", dropped), ramp, el("span", "", kept));
  legend.title = `${dropped} – ${kept}`;
  const tools = el("span", "map-tools", reset, zoomOut, zoomIn, save);
  return el("header", "panel-head map-head", el("h2", "", words.title), lanes, legend, tools);
}

function button(className, text, name = "") {
  const node = el("button", `quiet-button ${className}`, text);
  node.type = "button";
  if (name) {
    node.title = name;
    node.setAttribute("aria-label", name);
  }
  return node;
}
