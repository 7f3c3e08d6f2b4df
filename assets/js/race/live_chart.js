// Milliseconds per token of every lane, growing while they run. Plotly draws; zoom and hover survive every update.
import { GrowingList, el, hear, laneInk, onValue, setText } from "../common/dom.js";
import { MARGIN, baseLayout, endLabels, labelRoom, laneLine, livePlot, resolved } from "../common/plot.js";

const TOKENS_STEP = 32;
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
  element.replaceChildren(panel);
  const chart = livePlot(plot, { figure: (zoom) => ({ traces: traces(), layout: layout(zoom) }), missing: sayMissing });

  function sayMissing() {
    broken = true;
    blank.hidden = false;
    setText(blank, missing);
  }

  function traces() {
    return lanes.map((lane) => ({
      x: lane.ms.map((_, index) => index + 1),
      y: [...lane.ms],
      name: lane.name,
      mode: "lines",
      line: { color: laneLine(lane.lane), width: 1.75 },
      hovertemplate: `%{y:.1f} ${unit}`,
    }));
  }

  function layout(zoom) {
    const longest = Math.max(1, ...lanes.map((lane) => lane.ms.length));
    const slowest = Math.max(0, ...lanes.flatMap((lane) => lane.ms.filter((ms) => ms !== null)));
    top = Math.max(top, niceCeiling(slowest * 1.08));
    const range = zoom?.y ?? [0, top];
    const showticklabels = slowest > 0;
    const ends = lanes.map((lane) => ({
      text: lane.name,
      colour: resolved(laneInk(lane.lane)),
      y: middle(lane.ms.filter((ms) => ms !== null).slice(-LABEL_TAIL)),
    }));
    return baseLayout({
      margin: { ...MARGIN, r: Math.max(MARGIN.r, labelRoom(lanes.map((lane) => lane.name))) },
      annotations: endLabels(plot, ends, range),
      x: { title: tokens, range: zoom?.x ?? [1, Math.ceil(longest / TOKENS_STEP) * TOKENS_STEP], showticklabels },
      y: { range, showticklabels },
    });
  }

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

function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The next of 1, 2, 5, 10 … so that the axis changes seldom and never flickers. */
function niceCeiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) * power;
}
