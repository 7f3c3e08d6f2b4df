// Milliseconds per token of every lane, growing while they run. Plotly draws; zoom and hover survive every update.
import { GrowingList, cssValue, el, laneColour, laneInk, onResize, onTheme, onValue, setText } from "./shared.js";

const TOKENS_STEP = 32;
const LABEL_GAP_PX = 16;
const LABEL_TAIL = 9;
const IDLE_SHARE = 3; // drawing takes a quarter of the time at most, however long the run
const MARGIN = { l: 40, r: 96, t: 8, b: 34 };

let library = null;

/** Plotly's own script, once for the page. */
function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = el("script");
    script.src = new URL("griffin/plotly.min.js", document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`cannot load ${script.src}`));
    document.head.append(script);
  });
  return library;
}

export function mount({ element, props, watch }) {
  const { title, unit, tokens, hint, empty, missing } = props.labels;
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
  let zoom = null;
  let broken = false;
  let busy = false;
  let again = false;
  element.replaceChildren(panel);

  async function draw() {
    if (busy) return void (again = true);
    busy = true;
    try {
      const Plotly = await plotly().catch(sayMissing);
      if (!Plotly) return;
      do {
        again = false;
        const start = performance.now();
        await Plotly.react(plot, traces(), layout(), CONFIG);
        listen();
        await pause((performance.now() - start) * IDLE_SHARE);
      } while (again);
    } finally {
      busy = false;
    }
  }

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
      line: { color: resolved(laneColour(lane.lane)), width: 1.75 },
      hovertemplate: `%{y:.1f} ${unit}`,
    }));
  }

  function layout() {
    const longest = Math.max(1, ...lanes.map((lane) => lane.ms.length));
    const slowest = Math.max(0, ...lanes.flatMap((lane) => lane.ms.filter((ms) => ms !== null)));
    top = Math.max(top, niceCeiling(slowest * 1.08));
    const ink = cssValue("--ink-muted");
    const line = cssValue("--line");
    const size = parseFloat(cssValue("--t-small"));
    const axis = { color: ink, gridcolor: line, linecolor: line, zeroline: false, showticklabels: slowest > 0 };
    const ends = [1, Math.ceil(longest / TOKENS_STEP) * TOKENS_STEP];
    return {
      uirevision: "keep",
      margin: MARGIN,
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { family: cssValue("--font-text"), size, color: ink },
      hovermode: "x unified",
      hoverlabel: { bgcolor: cssValue("--panel"), bordercolor: line, font: { color: cssValue("--ink") } },
      dragmode: "zoom",
      showlegend: false,
      annotations: endLabels(zoom?.y ?? [0, top]),
      xaxis: {
        ...axis,
        title: { text: tokens, standoff: 4, font: { size } },
        range: zoom?.x ?? ends,
        showgrid: false,
        tickformat: ",d",
      },
      yaxis: { ...axis, range: zoom?.y ?? [0, top], nticks: 5, separatethousands: true },
    };
  }

  /** The lane's name at the end of its line: read without a legend, and not by colour alone. */
  function endLabels(range) {
    const room = plot.clientHeight - MARGIN.t - MARGIN.b;
    const gap = (LABEL_GAP_PX / Math.max(room, 1)) * (range[1] - range[0]);
    const ends = lanes
      .map((lane) => ({ lane, y: middle(lane.ms.filter((ms) => ms !== null).slice(-LABEL_TAIL)) }))
      .filter(({ y }) => y !== undefined)
      .sort((a, b) => a.y - b.y);
    for (let i = 1; i < ends.length; i++) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + gap);
    return ends.map(({ lane, y }) => ({
      text: lane.name,
      font: { color: resolved(laneInk(lane.lane)) },
      x: 1,
      xref: "paper",
      xanchor: "left",
      xshift: 6,
      y,
      yanchor: "middle",
      showarrow: false,
    }));
  }

  /** The visitor's zoom is kept by us: Plotly drops it as soon as the range it was given changes. */
  function listen() {
    if (plot.dataset.listening) return;
    plot.dataset.listening = "yes";
    plot.on("plotly_relayout", (change) => {
      if (change["xaxis.autorange"] || change["yaxis.autorange"]) zoom = null;
      else if (Object.keys(change).some((key) => key.includes("axis.range"))) {
        zoom = { x: [...plot.layout.xaxis.range], y: [...plot.layout.yaxis.range] };
      } else return;
      if (!zoom) draw();
    });
  }

  onResize(plot, () => plot.dataset.listening && draw().then(() => window.Plotly.Plots.resize(plot)));
  onTheme(draw);

  onValue({ props, watch }, (view) => {
    if (run !== view.run) {
      run = view.run;
      series = view.lanes.map(() => new GrowingList());
      top = 0;
      zoom = null;
    }
    while (series.length < view.lanes.length) series.push(new GrowingList());
    lanes = view.lanes.map(({ lane, name, ms }, index) => {
      series[index].update(run, ms);
      return { lane, name, ms: series[index].items };
    });
    blank.hidden = !broken && lanes.some((lane) => lane.ms.some((ms) => ms !== null));
    setText(sentence, view.sentence);
    draw();
  });
}

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, doubleClick: "autosize" };

/** Plotly wants the colour itself, not `var(--name)`. */
function resolved(reference) {
  return cssValue(reference.slice("var(".length, -1));
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
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
