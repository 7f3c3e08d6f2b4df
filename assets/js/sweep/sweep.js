// A sweep: quality against cost, a point a density; which axes, the visitor says. Below, the same as a table.
import { el, filled, hear, onValue, printable, setText } from "../common/dom.js";
import { livePlot } from "../common/plot.js";
import { markOf } from "./marks.js";
import { curveOf, layout, traces } from "./plot.js";
import { sweepTable } from "./table.js";

export function mount({ element, props, watch, trigger }) {
  const words = props.labels;
  const axes = { x: "speed", y: "kl" };
  const plot = el("div", "chart-plot");
  const blank = el("p", "chart-blank", words.empty);
  const better = el("span", "sweep-better", words.better);
  const swept = el("p", "sweep-swept");
  const legend = el("p", "sweep-legend");
  const unit = el("span", "chart-unit");
  const sentence = el("p", "panel-sentence sweep-sentence");
  const switches = [axisSwitch("y", words.up, ["kl", "agreement"]), axisSwitch("x", words.across, ["speed", "bytes"])];
  let view = null;
  let promptNow = null;
  let broken = false;
  let wired = false;

  const table = sweepTable(words, { pointed: point, race });
  const head = el("header", "panel-head", el("h2", "", words.title), unit, el("span", "sweep-axes", ...switches));
  element.replaceChildren(
    el("section", "panel sweep-panel", head, swept, legend, el("div", "chart-frame", plot, blank, better), footer()),
    table.node,
  );
  const chart = livePlot(plot, {
    figure: (zoom) => ({ traces: traces(view, axes, words), layout: layout(view, axes, zoom, words) }),
    missing: () => {
      broken = true;
      say();
    },
  });
  swept.title = words.sweptNote;
  sentence.setAttribute("aria-live", "polite");
  plot.setAttribute("role", "img");

  /** What is said in one sentence, and behind it how it is judged: for pointer, keyboard and screen reader. */
  function footer() {
    const why = el("button", "sweep-why", words.judged);
    const tip = el("span", "sweep-tip", words.why);
    tip.id = "sweep-judged";
    tip.setAttribute("role", "tooltip");
    why.type = "button";
    why.setAttribute("aria-describedby", tip.id);
    return el("div", "sweep-foot", sentence, el("span", "sweep-how", why, tip));
  }

  function axisSwitch(axis, { lead, ...choices }, names) {
    const buttons = names.map((name) => {
      const [title, , meaning] = choices[name];
      const button = el("button", "mark-mode", title);
      button.type = "button";
      button.value = name;
      button.title = `${choices[name][1]}. ${meaning}.`;
      button.addEventListener("click", () => choose(name));
      return button;
    });
    const group = el("span", "marks-switch", el("span", "marks-lead", lead), ...buttons);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", lead);
    press();
    return group;

    function press() {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === axes[axis]));
    }

    function choose(name) {
      axes[axis] = name;
      press();
      chart.unzoom();
      say();
      redraw();
    }
  }

  async function redraw() {
    await chart.draw();
    if (wired || !plot.dataset.listening) return;
    wired = true;
    const places = ({ points }) => points.map(({ customdata }) => customdata).filter((place) => place !== undefined);
    plot.on("plotly_hover", (event) => table.mark(places(event)[0]));
    plot.on("plotly_unhover", () => table.mark(null));
    plot.on("plotly_click", (event) => places(event).slice(0, 1).forEach(race));
    plot.on("plotly_relayout", () => chart.draw()); // the ticks follow the visitor's zoom
  }

  /** Show a row's numbers at its point. */
  function point(index) {
    table.mark(index);
    if (index === null || !view.points[index] || (axes.x === "speed" && view.points[index].speedup === null)) {
      return chart.unhover();
    }
    chart.hover([curveOf(view, index)]);
  }

  function race(index) {
    const { method, density } = view.points[index];
    trigger("race", { method, density });
  }

  /** Words around the chart. */
  function say() {
    const { points } = view;
    const timed = points.some(({ speedup }) => speedup !== null);
    const untimed = points.length > 0 && axes.x === "speed" && !timed;
    blank.hidden = !broken && points.length > 0 && !untimed;
    setText(blank, broken ? words.missing : untimed ? words.untimed : words.empty);
    better.hidden = points.length === 0;
    sayPrompt();
    setText(unit, words.up[axes.y][1]);
    setText(sentence, view.sentence);
    plot.setAttribute("aria-label", `${words.up[axes.y][1]}; ${words.across[axes.x][1]}. ${view.sentence}`);
    const names = new Map(points.map(({ lane, cells }) => [lane, cells[0]]));
    const entries = points.length ? [[0, words.full], ...names].map(([lane, name]) => el("span", "", markOf(lane), name)) : [];
    if (entries.length) entries.push(el("span", "sweep-pareto", words.pareto));
    if (axes.x === "speed" && points.some(({ hollow }) => hollow)) entries.push(el("span", "sweep-hollow", words.hollow));
    if (legend.textContent !== entries.map(({ textContent }) => textContent).join("")) legend.replaceChildren(...entries);
  }

  /** Which prompt the points belong to, as soon as it is not the one that is typed now. */
  function sayPrompt() {
    swept.hidden = view.prompt.empty || promptNow === null || promptNow === view.prompt.key;
    setText(swept, swept.hidden ? "" : filled(words.swept, { words: printable(view.prompt.words) }));
  }

  onValue({ props, watch }, (value) => {
    if (value.run !== view?.run) chart.unzoom();
    view = value;
    table.show(value);
    say();
    redraw();
  });
  hear("sweep-prompt", (key) => {
    promptNow = key;
    sayPrompt();
  });
}
