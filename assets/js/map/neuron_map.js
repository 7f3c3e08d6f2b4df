// Which feed-forward neurons were kept: a row a layer, bottom to top as the signal flows, lit by their score; beside
// each row one number about the layer. Zoom, lane and pointer are the visitor's: updates of a run leave them alone.
import { mapCursor } from "./cursor.js";
import { LaneNeurons } from "./data.js";
import { fillChoice, fillLanes, fillTicks, mapFrame } from "./frame.js";
import { ZOOM_STEP, listenTo } from "./gestures.js";
import { legendStops, mapColours, paintRows } from "./paint.js";
import { savePicture } from "./picture.js";
import { layerRows, namedRows } from "./rows.js";
import { drawStrip } from "./strip.js";
import { axisWords } from "./tip.js";
import { NeuronWindow } from "./window.js";
import { calmMotion, el, filled, hear, onResize, onTheme, onValue, setText } from "../common/dom.js";

const REVEAL_MS = 900;
const TICK_GAP = 18;
const PICTURE_RATIO = 2; // pixels of a saved picture in one of the screen's

export function mount({ element, props, watch }) {
  const words = props.labels;
  const parts = mapFrame(words);
  const { canvas, stage, side, axis, thumb } = parts;
  const part = new NeuronWindow();
  let view = { layers: 0, lanes: [] };
  let lane = null; // of view.lanes
  let chosenLane = null;
  let chosenKind = "share";
  let neurons = null;
  let colours = null;
  let rows = [];
  let image = null;
  let revealFrom = null;
  let frameRequest = 0;
  element.replaceChildren(parts.panel);

  const ratio = () => window.devicePixelRatio || 1;
  const gap = () => Math.max(1, Math.round(ratio()));
  const strip = () => shownStrip(lane, chosenKind);
  const named = () => namedRows(rows, TICK_GAP * ratio());
  const cursor = mapCursor(parts, words, () => ({ rows, part, neurons, lane, strip: strip(), ratio: ratio() }));

  /** Draw once, in the next frame, however often it is asked for. */
  function draw() {
    frameRequest ||= requestAnimationFrame((now) => {
      frameRequest = 0;
      const share = revealFrom === null ? 1 : Math.min((now - revealFrom) / REVEAL_MS, 1);
      if (share < 1) draw();
      else revealFrom = null;
      drawNow(1 - (1 - share) ** 2);
    });
  }

  function drawNow(revealed) {
    const height = sized(canvas, stage);
    sized(parts.strip, side);
    rows = lane && height ? layerRows(view.layers, height, gap()) : [];
    const shown = rows.slice(0, Math.ceil(rows.length * revealed));
    drawMap(shown);
    drawStrip(parts.strip, shown, strip(), { lane: lane?.lane ?? 1, pointed: cursor.layer, thick: gap() });
    fillTicks(parts, named(), ratio());
    drawAxis();
    switchButtons();
    cursor.draw();
  }

  function drawMap(shown) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!shown.length) return;
    if (image?.width !== canvas.width || image.height !== canvas.height) {
      image = pen.createImageData(canvas.width, canvas.height);
    }
    paintRows(image, shown, { neurons, part, colours, gap: gap() });
    pen.putImageData(image, 0, 0);
  }

  function drawAxis() {
    const [long, short] = rows.length ? axisWords(words, part, rows) : ["", ""];
    setText(axis, long);
    if (axis.scrollWidth > axis.clientWidth) setText(axis, short);
    thumb.hidden = !part.zoomed;
    thumb.style.left = `${(part.from / part.neurons) * 100}%`;
    thumb.style.width = `${(part.span / part.neurons) * 100}%`;
  }

  /** A button that is switched off while it has the focus hands it to the map. */
  function switchButtons() {
    const off = { zoomOut: !part.zoomed, reset: !part.zoomed, zoomIn: part.closest, save: false };
    for (const [name, isOff] of Object.entries(off)) {
      const had = document.activeElement === parts[name];
      parts[name].disabled = isOff || !rows.length;
      if (had && parts[name].disabled) canvas.focus();
    }
  }

  const whenChanged = (did) => {
    if (did) draw();
    return did;
  };
  const whenPointed = (move) => (...where) => {
    move(...where);
    draw();
  };
  const act = {
    zoom: (factor, across) => whenChanged(lane && part.zoom(factor, across)),
    pan: (share) => whenChanged(lane && part.pan(share)),
    between: (left, right) => whenChanged(lane && part.between(left, right)),
    reset: () => whenChanged(part.reset()),
    cursor: () => cursor.across,
    leave: whenPointed(cursor.clear),
    point: whenPointed(cursor.point),
    step: whenPointed(cursor.step),
  };
  listenTo(canvas, parts.band, act);
  side.addEventListener("pointermove", (event) => {
    const box = side.getBoundingClientRect();
    cursor.pointAtStrip((event.clientY - box.top) / box.height);
    draw();
  });
  side.addEventListener("pointerleave", act.leave);
  parts.zoomIn.addEventListener("click", () => act.zoom(ZOOM_STEP, 0.5));
  parts.zoomOut.addEventListener("click", () => act.zoom(1 / ZOOM_STEP, 0.5));
  parts.reset.addEventListener("click", act.reset);
  parts.choice.addEventListener("change", () => {
    chosenKind = parts.choice.value;
    show();
    setText(parts.said, parts.choice.title);
  });
  parts.save.addEventListener("click", () => {
    const { kind, chance } = strip();
    savePicture({
      ...cleanly(),
      ratio: PICTURE_RATIO,
      colours,
      words,
      caption: lane.caption,
      axis: axis.textContent,
      stripName: words.strip[kind],
      chance: chance.length ? words.strip.chance : "",
      sentence: lane.sentence,
    });
  });

  /** The map drawn anew for a picture: as large as on the screen, sharper, and without anybody's pointer. */
  function cleanly() {
    const canvas = el("canvas");
    const bars = el("canvas");
    const [wide, high] = [stage.clientWidth * PICTURE_RATIO, stage.clientHeight * PICTURE_RATIO];
    Object.assign(canvas, { width: wide, height: high });
    Object.assign(bars, { width: side.clientWidth * PICTURE_RATIO, height: high });
    const drawn = layerRows(view.layers, high, PICTURE_RATIO);
    const pixels = new ImageData(wide, high);
    paintRows(pixels, drawn, { neurons, part, colours, gap: PICTURE_RATIO });
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    drawStrip(bars, drawn, strip(), { lane: lane.lane, pointed: null, thick: PICTURE_RATIO });
    return { canvas, strip: bars, rows: namedRows(drawn, TICK_GAP * PICTURE_RATIO) };
  }

  onResize(stage, draw);
  onTheme(() => {
    recolour();
    draw();
  });

  function recolour() {
    colours = mapColours(lane?.lane ?? 1);
    parts.ramp.style.background = `linear-gradient(90deg, ${legendStops(colours).join(", ")})`;
  }

  /** Fill in everything but the pixels. */
  function show() {
    fillLanes(parts, view.lanes, lane?.lane, (number) => {
      chosenLane = number;
      take(view);
    });
    fillChoice(parts, lane?.strips ?? [], strip()?.kind ?? chosenKind, words.strip);
    setText(parts.sentence, lane?.sentence ?? "");
    parts.blank.hidden = lane !== null;
    canvas.setAttribute("aria-label", [lane?.sentence ?? words.title, strip()?.sentence ?? ""].join(" ").trim());
    draw();
  }

  function take(next) {
    const [before, run] = [lane, view.run];
    view = next;
    lane = view.lanes.find((one) => one.lane === chosenLane) ?? view.lanes[0] ?? null;
    const fresh = view.run !== run || before?.lane !== lane?.lane || before?.kept !== lane?.kept;
    if (fresh) recolour();
    if (lane) {
      part.fit(view.layers, view.neurons);
      if (fresh || before.score !== lane.score) neurons = new LaneNeurons(view, lane);
      if ((!before || view.run !== run) && !calmMotion()) revealFrom = performance.now();
    }
    show();
  }

  hear("blind", (blind) => setText(parts.blank, blind ? words.sealed : words.empty));
  onValue({ props, watch }, take);
}

/** The strip that was asked for, else the first that has something to show. */
function shownStrip(lane, kind) {
  const filled = lane?.strips.filter(({ values }) => values.length) ?? [];
  return filled.find((strip) => strip.kind === kind) ?? filled[0] ?? null;
}

/** Give a canvas the pixels of its box; returns its height in them. */
function sized(canvas, box) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(box.clientWidth * ratio), Math.round(box.clientHeight * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return width && height;
}
