// The points of a sweep on two axes that the visitor chose. Up is always closer to the full model, right is cheaper.
import { cssValue } from "../common/dom.js";
import { MARGIN, baseLayout, laneLine } from "../common/plot.js";
import { shapeOf } from "./marks.js";

const KL_TICKS = [0, 0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16];
const FIRST_TICKS = [0, 0.1, 1];
const CROWDED = 0.075; // of the axis: ticks that are closer are left out
const FULL = { speedup: 1, bytes: 100, kl: 0, agreement: 100 };
const NAME_WIDTH = 0.035; // of the axis
const NAME_HEIGHT = 0.05;
const LEAST_WIDTH = 0.1; // of the speed axis to each side of 1×, so that noise looks small

const fieldOf = { speed: "speedup", bytes: "bytes" };

/** Where a point lies; KL is drawn by its square root, so that small losses can be told apart beside large ones. */
function place(point, { x, y }) {
  return [point[fieldOf[x]], y === "kl" ? Math.sqrt(point.kl) : point.agreement];
}

/** One trace a method, after the Pareto line and the full model's point. `view`: as it came; `axes`: { x, y }. */
export function traces(view, axes, words) {
  if (!view.points.length) return [];
  const lanes = [...new Set(view.points.map((point) => point.lane))];
  const best = bestOf(view, axes);
  return [paretoLine(view, axes, best), fullModel(axes, words), ...lanes.map((lane) => method(view, axes, lane, { best, words }))];
}

/** [curve, point] of a place in `view.points`, as Plotly counts them. */
export function curveOf(view, index) {
  const lanes = [...new Set(view.points.map((point) => point.lane))];
  const lane = view.points[index].lane;
  const before = view.points.slice(0, index).filter((point) => point.lane === lane).length;
  return { curve: 2 + lanes.indexOf(lane), point: before };
}

/** Places of the points on the Pareto line. */
function bestOf(view, axes) {
  return view.lines.find(({ x, y }) => x === axes.x && y === axes.y)?.points ?? [];
}

function paretoLine(view, axes, best) {
  const places = best.map((index) => place(view.points[index] ?? FULL, axes));
  const [x, y] = columns(places);
  return { x, y, mode: "lines", hoverinfo: "skip", line: { color: cssValue("--ink-muted"), width: 1.25, dash: "dot" } };
}

function fullModel(axes, words) {
  const [x, y] = columns([place(FULL, axes)]);
  const { symbol, size } = shapeOf(0);
  return {
    x,
    y,
    mode: "markers",
    marker: { color: laneLine(0), symbol, size },
    hovertemplate: `${words.full}<extra></extra>`,
  };
}

/** Whether there is room above a point for the name of its density. */
function hasRoom(point, view, axes) {
  const ranges = { x: acrossRange(view, axes), y: upRange(view, axes) };
  const [x, y] = part(point, axes, ranges);
  return [...view.points, FULL].every((other) => {
    if (other.index === point.index || other === view.points[point.index]) return true;
    const [otherX, otherY] = part(other, axes, ranges);
    return Math.abs(otherX - x) > NAME_WIDTH || otherY - y < -NAME_HEIGHT / 2 || otherY - y > 2 * NAME_HEIGHT;
  });
}

/** Where a point lies, 0 to 1 across and up. */
function part(point, axes, ranges) {
  const [x, y] = place(point, axes);
  const share = (value, [from, to]) => (value - from) / (to - from);
  return [share(x, ranges.x), share(y, ranges.y)];
}

/** Names of densities stand at the points of the line, and at others where they lie on nothing. */
function method(view, axes, lane, { best, words }) {
  const points = view.points.map((point, index) => ({ ...point, index })).filter((point) => point.lane === lane);
  const [x, y] = columns(points.map((point) => place(point, axes)));
  const { symbol, size } = shapeOf(lane);
  const color = laneLine(lane);
  const hollow = points.map((point) => axes.x === "speed" && point.hollow);
  return {
    x,
    y,
    mode: "markers+text",
    customdata: points.map((point) => point.index),
    text: points.map((point) => (best.includes(point.index) || hasRoom(point, view, axes) ? point.label : "")),
    textposition: "top center",
    textfont: { color: cssValue("--ink-muted"), size: parseFloat(cssValue("--t-small")) - 1 },
    cliponaxis: false,
    marker: {
      color,
      symbol: hollow.map((open) => (open ? `${symbol}-open` : symbol)),
      size,
      line: { color: hollow.map((open) => (open ? color : cssValue("--panel"))), width: hollow.map((open) => (open ? 2 : 1)) },
    },
    error_x: axes.x === "speed" ? interval(points, color) : undefined,
    hovertext: points.map((point) => [...point.facts, words.hint].join("<br>")),
    hovertemplate: "%{hovertext}<extra></extra>",
  };
}

function interval(points, color) {
  return {
    type: "data",
    symmetric: false,
    array: points.map(({ speedup, high }) => (high === null ? 0 : high - speedup)),
    arrayminus: points.map(({ speedup, low }) => (low === null ? 0 : speedup - low)),
    color,
    thickness: 1,
    width: 3,
  };
}

export function layout(view, axes, zoom, words) {
  const range = { x: zoom?.x ?? acrossRange(view, axes), y: zoom?.y ?? upRange(view, axes) };
  const speed = axes.x === "speed";
  const bare = !view.points.length && { showticklabels: false, showgrid: false };
  return baseLayout({
    margin: { ...MARGIN, l: 46, r: 20, t: 10, b: 38 },
    hovermode: "closest",
    hoverlabel: {
      bgcolor: cssValue("--panel"),
      bordercolor: cssValue("--line-strong"),
      align: "left",
      font: { family: cssValue("--font-text"), size: parseFloat(cssValue("--t-small")), color: cssValue("--ink") },
    },
    shapes: [...(speed && !bare ? [rule({ x0: 1, x1: 1, yref: "paper", y0: 0, y1: 1 })] : []), ...limits(view, axes).map(limitRule)],
    annotations: limits(view, axes).map((limit) => limitName(limit, words)),
    x: { title: words.across[axes.x][1], range: range.x, tickformat: speed ? ".2~f" : ",d", ticksuffix: speed ? "×" : "", nticks: 7, ...bare },
    y: { range: range.y, ...(axes.y === "kl" ? klTicks(range.y) : { tickformat: ",d", nticks: 7 }), ...bare },
  });
}

/** Horizontal rules where the sentence draws its lines. */
function limits(view, { y }) {
  if (y !== "kl" || !view.points.length) return [];
  return ["little", "broken"].map((name) => ({ name, at: Math.sqrt(view[name]) }));
}

function limitRule({ at }) {
  return rule({ xref: "paper", x0: 0, x1: 1, y0: at, y1: at });
}

function limitName({ name, at }, words) {
  return {
    text: words.limits[name],
    font: { color: cssValue("--ink-muted"), size: parseFloat(cssValue("--t-small")) - 1 },
    xref: "paper",
    x: 1,
    xanchor: "right",
    y: at,
    yanchor: name === "little" ? "bottom" : "top",
    showarrow: false,
  };
}

function rule(where) {
  return { type: "line", layer: "below", line: { color: cssValue("--line-strong"), width: 1, dash: "dot" }, ...where };
}

function acrossRange({ points }, { x }) {
  if (x === "bytes") return [104, Math.min(40, ...points.map((point) => point.bytes)) - 6];
  const timed = points.filter(({ speedup }) => speedup !== null);
  const ends = timed.flatMap(({ speedup, low, high }) => [Math.max(low ?? speedup, speedup / 2), Math.min(high ?? speedup, speedup * 1.5)]);
  const [low, high] = [Math.min(1 - LEAST_WIDTH, ...ends), Math.max(1 + LEAST_WIDTH, ...ends)];
  const margin = 0.04 * (high - low);
  return [low - margin, high + margin];
}

/** Best at the top; room above the full model's point for its marker. */
function upRange({ points }, { y }) {
  if (y === "kl") {
    const most = Math.sqrt(Math.max(0.12, ...points.map(({ kl }) => kl))) * 1.06;
    return [most, -0.1 * most];
  }
  const least = Math.min(80, ...points.map(({ agreement }) => agreement));
  return [least - 0.06 * (100 - least), 100 + 0.1 * (100 - least)];
}

function klTicks([low, high]) {
  const span = Math.abs(low - high);
  const inside = KL_TICKS.filter((kl) => Math.sqrt(kl) >= Math.min(low, high) && Math.sqrt(kl) <= Math.max(low, high));
  const kept = [];
  for (const kl of [...inside.filter((kl) => FIRST_TICKS.includes(kl)), ...inside]) {
    if (kept.every((other) => Math.abs(Math.sqrt(kl) - Math.sqrt(other)) > CROWDED * span)) kept.push(kl);
  }
  return { tickmode: "array", tickvals: kept.map(Math.sqrt), ticktext: kept.map(String) };
}

function columns(places) {
  return [places.map(([x]) => x), places.map(([, y]) => y)];
}
