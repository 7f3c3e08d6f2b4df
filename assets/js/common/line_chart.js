// A panel with lines over layers or tokens: title, chart, one sentence, and a cursor for the keyboard.
// Knows lines and numbers; what they mean is the caller's business.
import { cssValue, el, filled, hear, laneInk, setText } from "./dom.js";
import { MARGIN, baseLayout, endLabels, labelRoom, laneLine, livePlot, resolved } from "./plot.js";

const DASHES = { solid: "solid", dash: "dash", dot: "dot", faint: "longdashdot" };
const oneRow = (name) => name.replaceAll("\n", " ");
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

/** A range for shares: from 0 to the tenth above the largest, so that small effects look small. */
export function fromZero(values) {
  return [0, Math.min(1, Math.ceil(Math.max(0.4, ...values) * 10 + 0.2) / 10)];
}

/**
 * labels: { title, unit, axis, keys, empty, missing, point } and perhaps hint, key and coming. digits: of a value in words.
 * `range(values)`: of the y axis. `chosen(x)`: a click or Enter on a place, if that does anything.
 *
 * show({ lines, sentence, first, coming }): lines: [{ name, values, style, lane, smooth, texts }]; lane -1 is ink. first:
 * the x of the first value. A line with `smooth` is drawn through those values, its own ones as points. coming: lines
 * are being made, and an empty chart says so.
 */
export function lineChart(labels, { digits, suffix = "", range, chosen }) {
  const { title, unit, axis, hint, key, keys, empty, coming, missing, point } = labels;
  const plot = el("div", "chart-plot");
  const blank = el("p", "chart-blank", empty);
  const sentence = el("p", "panel-sentence");
  const aloud = el("p", "visually-hidden");
  const head = el("header", "panel-head", el("h2", "", title), el("span", "chart-unit", unit));
  const frame = el("div", "chart-frame", plot, blank);
  const legend = key ? [el("p", "chart-key", key)] : [];
  const panel = el("section", "panel", head, frame, ...legend, sentence, aloud);
  let lines = [];
  let first = 0;
  let place = -1;
  let isComing = false;
  let veil = ""; // why a closer look is not of the race on the screen
  if (hint) head.append(el("span", "chart-hint", hint));
  plot.tabIndex = 0;
  plot.setAttribute("role", "img");
  aloud.setAttribute("aria-live", "polite");
  plot.classList.toggle("can-choose", Boolean(chosen));

  const chart = livePlot(plot, {
    figure: (zoom) => ({ traces: lines.flatMap(traces), layout: layout(zoom) }),
    missing: () => {
      blank.hidden = false;
      setText(blank, missing);
    },
    clicked: chosen,
  });

  function traces(line) {
    const x = line.values.map((_, index) => first + index);
    const colour = line.lane < 0 ? cssValue(line.style === "solid" ? "--ink" : "--ink-muted") : laneLine(line.lane);
    const width = line.style === "solid" ? 1.75 : 1.25;
    const drawn = { name: oneRow(line.name), x, mode: "lines", line: { color: colour, width, dash: DASHES[line.style] } };
    const text = line.texts?.map((token) => (token ? ` “${token}”` : "")) ?? "";
    const hovertemplate = `%{y:.${digits}f}${suffix}%{text}`;
    if (!line.smooth) return [{ ...drawn, y: line.values, text, hovertemplate }];
    const marker = { color: colour, size: 4, opacity: 0.45, symbol: line.style === "solid" ? "circle" : "circle-open" };
    return [
      { ...drawn, y: line.values, text, hovertemplate, mode: "markers", marker },
      { ...drawn, y: line.smooth, hoverinfo: "skip" },
    ];
  }

  function layout(zoom) {
    const values = lines.flatMap((line) => line.values);
    const y = zoom?.y ?? range(values);
    const longest = Math.max(2, ...lines.map((line) => line.values.length));
    const ends = lines.map((line) => ({
      text: line.name,
      colour: line.lane < 0 ? cssValue(line.style === "solid" ? "--ink" : "--ink-muted") : resolved(laneInk(line.lane)),
      y: (line.smooth ?? line.values).at(-1),
    }));
    const showticklabels = values.length > 0;
    return baseLayout({
      margin: { ...MARGIN, l: 48, r: labelRoom(lines.map((line) => line.name)) },
      annotations: endLabels(plot, ends, y),
      x: { title: axis, range: zoom?.x ?? [first - 0.5, first + longest - 0.5], showticklabels },
      y: { range: y, showticklabels, showgrid: showticklabels, ticksuffix: suffix },
    });
  }

  function go(to) {
    const longest = Math.max(0, ...lines.map((line) => line.values.length));
    if (!longest) return;
    place = Math.min(Math.max(to, 0), longest - 1);
    let curve = 0;
    const points = [];
    const said = [filled(point, { x: first + place })];
    for (const line of lines) {
      if (place < line.values.length) {
        points.push({ curve, point: place });
        said.push(`${oneRow(line.name)} ${line.values[place].toFixed(digits)}${suffix}`);
      }
      curve += line.smooth ? 2 : 1;
    }
    chart.hover(points);
    setText(aloud, said.join(", "));
  }

  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && chosen && place >= 0) chosen(first + place);
    else if (event.key in STEPS) go(place + STEPS[event.key]);
    else return;
    event.preventDefault();
  });
  plot.addEventListener("blur", () => {
    place = -1;
    chart.unhover();
  });

  function sayBlank() {
    setText(blank, (coming && veil) || (isComing ? coming : empty));
  }

  hear("veil", (words) => {
    veil = words;
    sayBlank();
  });

  return {
    panel,
    head,
    unzoom: chart.unzoom,
    show(next) {
      lines = next.lines;
      first = next.first ?? 0;
      blank.hidden = lines.some((line) => line.values.length > 0);
      isComing = Boolean(next.coming);
      sayBlank();
      setText(sentence, next.sentence);
      plot.setAttribute("aria-label", `${title}. ${next.sentence || blank.textContent} ${keys}`);
      chart.draw();
    },
  };
}
