// Milliseconds per token of every lane, growing while they run. Plotly draws; zoom and hover survive every update.
import { GrowingList, el, hear, laneInk, onValue, setText } from "../common/dom.js";
import { MARGIN, baseLayout, endLabels, labelRoom, laneLine, livePlot, resolved } from "../common/plot.js";

const TOKENS_STEP = 16;
const FEW = 12; // below that nobody can say what is usual
const SPIKE = 3;
const ABOVE = 1.6;
const LABEL_TAIL = 9;

export function mount({ element, props, watch }) {
  const { title, unit, tokens, hint, empty, sealed, missing } = props.labels;
  const plot = el("div", "chart-plot");
  const blank = el("p", "chart-blank", empty);
  const sentence = el("p", "panel-sentence");
  const panel = el(
    "section",
    "panel",
    el("header", "panel-head", el("h2", "", title), el("span", "chart-unit", unit), el("span", "chart-hint", hint)),
    el("div", "chart-frame", plot, blank),
    sentence,
  );
  let run = null;
  let lanes = []; // { lane, name, ms: [number | null] }
  let series = [];
  let top = 0;
  let broken = false;
  let over = false;
  element.replaceChildren(panel);
  const chart = livePlot(plot, { figure, missing: sayMissing });

  function sayMissing() {
    broken = true;
    blank.hidden = false;
    setText(blank, missing);
  }

  function figure(zoom) {
    const drawn = layout(zoom); // finds the axis' reach, which the traces go by
    return { traces: traces(), layout: drawn };
  }

  function traces() {
    const drawn = lanes.map((lane) => ({
      x: lane.ms.map((_, index) => index + 1),
      y: [...lane.ms],
      name: lane.name,
      mode: "lines",
      line: { color: laneLine(lane.lane), width: 1.75 },
      hovertemplate: `%{y:.1f} ${unit}`,
    }));
    return [...drawn, ...lanes.map(beyond)];
  }

  /** A mark at the upper edge for every token that took longer than the axis reaches. */
  function beyond(lane) {
    const places = lane.ms.flatMap((ms, index) => (ms > top ? [index] : []));
    const far = Math.max(...places.map((index) => lane.ms[index]));
    return {
      x: places.map((index) => index + 1),
      y: places.map(() => top * 0.93),
      text: places.map((index) => (lane.ms[index] === far ? `${Math.round(far).toLocaleString("en")} ${unit}` : "")),
      mode: "markers+text",
      marker: { color: laneLine(lane.lane), symbol: "triangle-up", size: 9 },
      textposition: places.map((index) => (index > lane.ms.length * 0.8 ? "middle left" : "middle right")),
      textfont: { color: resolved(laneInk(lane.lane)) },
      hoverinfo: "skip",
    };
  }

  function layout(zoom) {
    const { first, last } = extent(lanes, over);
    const times = lanes.flatMap((lane) => lane.ms.filter((ms) => ms !== null));
    const { reach, clipped } = ceiling(times);
    top = over || clipped ? niceCeiling(reach) : Math.max(top, niceCeiling(reach));
    const range = zoom?.y ?? [0, top];
    const showticklabels = times.length > 0;
    const ends = lanes.map((lane) => ({
      text: lane.name,
      colour: resolved(laneInk(lane.lane)),
      y: middle(lane.ms.filter((ms) => ms !== null).slice(-LABEL_TAIL)),
    }));
    return baseLayout({
      margin: { ...MARGIN, l: 48, r: Math.max(MARGIN.r, labelRoom(lanes.map((lane) => lane.name))) },
      annotations: endLabels(plot, ends, range),
      x: { title: tokens, range: zoom?.x ?? [first, last], showticklabels },
      y: { range, showticklabels },
    });
  }

  hear("verdict-phase", ({ phase }) => {
    over = phase === "done" || phase === "error";
    if (lanes.length) chart.draw();
  });
  hear("blind", (blind) => broken || setText(blank, blind ? sealed : empty));

  onValue({ props, watch }, (view) => {
    if (run !== view.run) {
      run = view.run;
      series = view.lanes.map(() => new GrowingList());
      top = 0;
      chart.unzoom();
    }
    while (series.length < view.lanes.length) series.push(new GrowingList());
    lanes = view.lanes.map(({ lane, name, ms }, index) => {
      series[index].update(run, ms);
      return { lane, name, ms: series[index].items };
    });
    blank.hidden = !broken && lanes.some((lane) => lane.ms.some((ms) => ms !== null));
    setText(sentence, view.sentence);
    chart.draw();
  });
}

/** The tokens from edge to edge: those that have a time, and while more come, room for them. */
function extent(lanes, over) {
  const longest = Math.max(2, ...lanes.map((lane) => lane.ms.length));
  const starts = lanes.map((lane) => lane.ms.findIndex((ms) => ms !== null)).filter((index) => index >= 0);
  const first = starts.length ? Math.min(...starts) + 1 : 1;
  const step = over ? 1 : TOKENS_STEP;
  return { first: first > 2 ? first - 0.5 : 1, last: Math.ceil(longest / step) * step };
}

/** How far the axis reaches: to the slowest token, unless a few are so slow that the others would lie flat. */
function ceiling(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const slowest = (sorted.at(-1) ?? 0) * 1.08;
  const usual = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  const clipped = slowest > usual * SPIKE && sorted.length >= FEW;
  return { reach: clipped ? usual * ABOVE : slowest, clipped };
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The next of 1, 2, 5, 10 … so that the axis changes seldom and never flickers. */
function niceCeiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) * power;
}
