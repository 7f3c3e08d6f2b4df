// What all line charts share: Plotly's script, redrawing without remounting, the visitor's zoom, the look of the axes.
import { cssValue, el, laneColour, onResize, onTheme } from "./dom.js";

const LABEL_GAP_PX = 16;
const IDLE_SHARE = 3; // drawing takes a quarter of the time at most, however long the run
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, doubleClick: "autosize" };
export const MARGIN = { l: 40, r: 96, t: 8, b: 34 };
const LETTER_PX = 7.4; // of the small type, on average

let library = null;

/** Plotly's own script, once for the page; an exported replay carries it in itself. */
function plotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  library ??= new Promise((resolve, reject) => {
    const script = el("script");
    script.src = new URL("griffin/plotly.min.js", document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`cannot load ${script.src}`));
    document.head.append(script);
  });
  return library;
}

/**
 * A chart in `node` that is drawn again in place. `figure(zoom)`: { traces, layout } right now; zoom: { x, y } ranges
 * that the visitor chose, or null. `missing`: called when the script cannot be loaded. `clicked(x)`: a point was chosen.
 */
export function livePlot(node, { figure, missing, clicked }) {
  let zoom = null;
  let busy = false;
  let again = false;

  async function draw() {
    if (busy) return void (again = true);
    busy = true;
    try {
      const Plotly = await plotly().catch(missing);
      if (!Plotly) return;
      do {
        again = false;
        const start = performance.now();
        const { traces, layout } = figure(zoom);
        await Plotly.react(node, traces, layout, CONFIG);
        listen();
        await pause((performance.now() - start) * IDLE_SHARE);
      } while (again);
    } finally {
      busy = false;
    }
  }

  /** The visitor's zoom is kept by us: Plotly drops it as soon as the range it was given changes. */
  function listen() {
    if (node.dataset.listening) return;
    node.dataset.listening = "yes";
    node.on("plotly_relayout", (change) => {
      if (change["xaxis.autorange"] || change["yaxis.autorange"]) zoom = null;
      else if (Object.keys(change).some((key) => key.includes("axis.range"))) {
        zoom = { x: [...node.layout.xaxis.range], y: [...node.layout.yaxis.range] };
      } else return;
      if (!zoom) draw();
    });
    if (clicked) node.on("plotly_click", ({ points }) => clicked(points[0].x));
  }

  // A chart that was hidden or taken away meanwhile has no size to take.
  const resize = () => node.checkVisibility() && window.Plotly.Plots.resize(node);
  onResize(node, () => node.dataset.listening && draw().then(resize));
  onTheme(draw);

  return {
    draw,
    /** Forget the visitor's zoom, for new data. */
    unzoom: () => (zoom = null),
    /** Show the hover of these points, [{ curve, point }]. */
    hover: (points) =>
      node.dataset.listening &&
      window.Plotly.Fx.hover(
        node,
        points.map(({ curve, point }) => ({ curveNumber: curve, pointNumber: point })),
      ),
    unhover: () => node.dataset.listening && window.Plotly.Fx.unhover(node),
  };
}

/** The layout that every chart starts from; `x` and `y` are merged into the axes. */
export function baseLayout({ x, y, ...more }) {
  const ink = cssValue("--ink-muted");
  const line = cssValue("--line");
  const size = parseFloat(cssValue("--t-small"));
  const axis = { color: ink, gridcolor: line, linecolor: line, zeroline: false };
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
    ...more,
    xaxis: { ...axis, showgrid: false, tickformat: ",d", ...x, title: { standoff: 4, font: { size }, text: x.title } },
    yaxis: { ...axis, nticks: 5, separatethousands: true, ...y },
  };
}

/**
 * Names at the ends of lines: read without a legend, and not by colour alone. A name may have several rows.
 * `ends`: [{ text, colour, y }]; range: of the y axis; they move apart where they would touch.
 */
export function endLabels(node, ends, range) {
  const room = node.clientHeight - MARGIN.t - MARGIN.b;
  const row = (LABEL_GAP_PX / Math.max(room, 1)) * (range[1] - range[0]);
  const placed = ends.filter(({ y }) => y !== undefined && y !== null).sort((a, b) => a.y - b.y);
  const high = (i) => rowsOf(placed[i].text) + (rowsOf(placed[i].text) > 1 ? ROWS_APART : 0);
  const gap = (i) => (row * (high(i) + high(i - 1))) / 2;
  for (let i = 1; i < placed.length; i++) placed[i].y = Math.max(placed[i].y, placed[i - 1].y + gap(i));
  for (let i = placed.length - 1, top = range[1]; i >= 0; i--) {
    placed[i].y = Math.min(placed[i].y, top);
    top = placed[i].y - (i ? gap(i) : 0);
  }
  return placed.map(({ text, colour, y }) => ({
    text: text.replaceAll("\n", "<br>"),
    align: "left",
    font: { color: colour },
    x: 1,
    xref: "paper",
    xanchor: "left",
    xshift: 6,
    y,
    yanchor: "middle",
    showarrow: false,
  }));
}

const ROWS_APART = 0.3; // between names of several rows, to tell where one ends

function rowsOf(name) {
  return name.split("\n").length;
}

/** Space that the names need at the right of a chart. */
export function labelRoom(names) {
  const rows = names.flatMap((name) => name.split("\n"));
  return Math.ceil(12 + LETTER_PX * Math.max(0, ...rows.map((row) => row.length)));
}

/** The lane's colour itself: Plotly cannot read `var(--name)`. */
export function laneLine(lane) {
  return resolved(laneColour(lane));
}

/** `var(--name)` → what it stands for. */
export function resolved(reference) {
  return cssValue(reference.slice("var(".length, -1));
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
