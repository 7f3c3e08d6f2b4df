// Which feed-forward neurons were kept: a row a layer, bottom to top as the signal flows, lit by their score.
// Drawn pixel by pixel, so that every bin stays crisp on any screen.
import { bytes, calmMotion, cssValue, el, onResize, onTheme, onValue, setText } from "./shared.js";

const REVEAL_MS = 900;
const DROPPED = [22, 29, 38];
const GLOW = [255, 246, 225];
const whole = new Intl.NumberFormat("en");

export function mount({ element, props, watch }) {
  const { title, layer, legend, axis, empty, tip: tipText } = props.labels;
  const canvas = el("canvas", "map-canvas");
  const cell = el("div", "map-cell");
  const tip = el("div", "map-tip");
  const blank = el("p", "chart-blank", empty);
  const stage = el("div", "map-stage", canvas, cell, tip);
  const top = el("span", "map-axis map-top");
  const bottom = el("span", "map-axis map-bottom");
  const axisLine = el("span", "map-axis map-neurons");
  const sentence = el("p", "panel-sentence");
  const scale = el(
    "span",
    "map-legend",
    legend.dropped,
    el("i", "map-ramp"),
    legend.kept,
  );
  const panel = el(
    "section",
    "panel",
    el("header", "panel-head", el("h2", "", title), scale),
    el("div", "map-frame", top, bottom, stage, axisLine, blank),
    sentence,
  );
  const pen = canvas.getContext("2d");
  let view = null;
  let kept = new Uint8Array();
  let score = new Uint8Array();
  let image = null;
  let frame = 0;
  let pointed = null;

  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  tip.setAttribute("aria-live", "polite");
  element.replaceChildren(panel);

  const neurons = () => view.neurons ?? view.bins * view.bin_width;

  /** The image at device pixels: for every pixel column the mean colour of the bins it covers. */
  function paint() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(stage.clientWidth * ratio);
    const height = Math.round(stage.clientHeight * ratio);
    if (!width || !height) return;
    canvas.width = width;
    canvas.height = height;
    image = null;
    if (!view?.layers) return;
    image = pen.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const gap = Math.max(1, Math.round(ratio));
    const ramp = colours(laneRgb(view.lane));
    for (let index = 0; index < view.layers; index++) {
      const line = rowColours(index, width, ramp);
      const from = Math.round(((view.layers - 1 - index) * height) / view.layers);
      const to = Math.round(((view.layers - index) * height) / view.layers) - gap;
      for (let y = from; y < to; y++) pixels.set(line, y * width);
    }
  }

  function rowColours(index, width, ramp) {
    const line = new Uint32Array(width);
    const { bins } = view;
    for (let x = 0; x < width; x++) {
      const first = Math.floor((x * bins) / width);
      const last = Math.max(first + 1, Math.floor(((x + 1) * bins) / width));
      const sum = [0, 0, 0];
      for (let bin = first; bin < last; bin++) {
        const at = index * bins + bin;
        const rgb = ramp(kept[at] / 255, score[at] / 255);
        for (let c = 0; c < 3; c++) sum[c] += rgb[c];
      }
      const n = last - first;
      line[x] = (255 << 24) | ((sum[2] / n) << 16) | ((sum[1] / n) << 8) | (sum[0] / n);
    }
    return line;
  }

  function show(share) {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!image) return;
    const from = Math.round(canvas.height * (1 - share));
    pen.putImageData(image, 0, 0, 0, from, canvas.width, canvas.height - from);
  }

  function reveal() {
    cancelAnimationFrame(frame);
    if (!image || calmMotion()) return show(1);
    const start = performance.now();
    const step = (now) => {
      const share = Math.min((now - start) / REVEAL_MS, 1);
      show(1 - (1 - share) ** 2);
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  function point(row, bin) {
    if (!view?.layers) return unpoint();
    pointed = { row: clamp(row, view.layers), bin: clamp(bin, view.bins) };
    const at = pointed.row * view.bins + pointed.bin;
    const first = pointed.bin * view.bin_width;
    const left = (pointed.bin / view.bins) * 100;
    const up = ((view.layers - 1 - pointed.row) / view.layers) * 100;
    Object.assign(cell.style, {
      left: `${left}%`,
      top: `${up}%`,
      width: `${100 / view.bins}%`,
      height: `${100 / view.layers}%`,
    });
    const values = {
      layer: pointed.row,
      first: whole.format(first),
      last: whole.format(Math.min(first + view.bin_width, neurons()) - 1),
      kept: Math.round((kept[at] / 255) * 100),
      score: Math.round((score[at] / 255) * 100),
    };
    setText(tip, tipText.replace(/\{(\w+)\}/g, (_, name) => values[name]));
    tip.classList.toggle("to-left", left > 55);
    tip.classList.toggle("below", up < 40);
    Object.assign(tip.style, { left: `${left}%`, top: `${up}%` });
    stage.classList.add("pointing");
  }

  function unpoint() {
    pointed = null;
    stage.classList.remove("pointing");
  }

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width;
    const down = (event.clientY - box.top) / box.height;
    if (view?.layers) point(Math.floor((1 - down) * view.layers), Math.floor(across * view.bins));
  });
  canvas.addEventListener("pointerleave", unpoint);
  canvas.addEventListener("blur", unpoint);
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move || !view?.layers) return;
    event.preventDefault();
    const from = pointed ?? { row: 0, bin: -1 };
    point(from.row + move[0], from.bin + move[1]);
  });

  function repaint() {
    cancelAnimationFrame(frame);
    paint();
    show(1);
  }
  onResize(stage, repaint);
  onTheme(repaint);

  onValue({ props, watch }, (next) => {
    const fresh = view?.kept !== next.kept || view?.score !== next.score;
    view = next;
    panel.style.setProperty("--glow", `var(--lane-glow-${view.lane % 4})`);
    setText(sentence, view.sentence);
    setText(top, view.layers ? `${layer} ${view.layers - 1}` : "");
    setText(bottom, view.layers ? `${layer} 0` : "");
    setText(axisLine, view.layers ? axis.replace("{last}", whole.format(neurons() - 1)) : "");
    blank.hidden = view.layers > 0;
    canvas.setAttribute("aria-label", view.sentence || title);
    if (!fresh) return;
    unpoint();
    kept = bytes(view.kept);
    score = bytes(view.score);
    paint();
    reveal();
  });
}

function laneRgb(lane) {
  const hex = cssValue(`--lane-glow-${lane % 4}`).slice(1);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/**
 * (kept share, score) → colour, both in 0–1: from slate where all was dropped, over the lane's colour, to a glow where
 * most is kept and scores high. The share counts more than the score, so that dropped stays dark.
 */
function colours(lane) {
  const ember = mix(DROPPED, lane, 0.3);
  return (share, score) => {
    const light = Math.min(share ** 1.6 * (0.3 + 0.95 * Math.sqrt(score)), 1);
    if (light < 0.35) return mix(DROPPED, ember, light / 0.35);
    if (light < 0.75) return mix(ember, lane, (light - 0.35) / 0.4);
    return mix(lane, GLOW, (light - 0.75) / 0.25);
  };
}

function mix(from, to, share) {
  return from.map((value, c) => value + (to[c] - value) * share);
}

function clamp(value, count) {
  return Math.min(Math.max(value, 0), count - 1);
}
