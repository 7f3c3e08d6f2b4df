// Which neurons prompts share: a chart of one pair, layer by layer, and a table of all pairs. A number pressed in the
// table is the pair of the chart.
import { el, filled, onValue, setText } from "../common/dom.js";
import { fromZero, lineChart } from "../common/line_chart.js";

export function mount({ element, props, watch }) {
  const { matrix: title, matrixUnit, matrixEmpty, cell, unit, pair: names } = props.labels;
  const chart = lineChart(props.labels, { digits: 2, range: fromZero });
  const table = el("table", "matrix");
  const blank = el("p", "chart-blank", matrixEmpty);
  const sentence = el("p", "panel-sentence");
  const head = el("header", "panel-head", el("h2", "", title), el("span", "chart-unit", matrixUnit));
  const side = el("section", "panel", head, el("div", "matrix-frame", table, blank), sentence);
  const caption = el("caption", "visually-hidden");
  const pairUnit = chart.head.querySelector(".chart-unit");
  let view = null;
  let chosen = "0 1";
  element.replaceChildren(el("div", "overlap-charts", chart.panel, side));

  const pairs = () => new Map(view.pairs.map((pair) => [`${pair.first} ${pair.second}`, pair]));

  function showPair() {
    const pair = pairs().get(chosen);
    setText(pairUnit, pair ? filled(names, { first: view.names[pair.first], second: view.names[pair.second] }) : unit);
    chart.show({ lines: pair?.lines ?? [], sentence: pair?.sentence ?? "" });
    for (const button of table.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  }

  /** Rows and columns in one order; columns go by number to stay narrow. */
  function showTable() {
    const { names, prompts } = view;
    const known = pairs();
    const corner = el("tr", "", el("td"), ...names.map((name, column) => columnHead(name, column)));
    const rows = names.map((name, row) => {
      const first = el("th", row < prompts ? "" : "matrix-fixed", el("span", "matrix-number", `${row + 1}`), name);
      first.scope = "row";
      return el("tr", "", first, ...names.map((_, column) => square(known, row, column)));
    });
    setText(caption, `${title}, ${matrixUnit}. ${view.sentence}`);
    table.replaceChildren(caption, el("thead", "", corner), el("tbody", "", ...rows));
  }

  function columnHead(name, column) {
    const node = el("th", "", `${column + 1}`);
    node.scope = "col";
    node.title = name;
    return node;
  }

  function square(known, row, column) {
    if (row === column) return el("td", "matrix-same", "1");
    const key = `${Math.min(row, column)} ${Math.max(row, column)}`;
    const pair = known.get(key);
    if (!pair) return el("td");
    const value = pair.mean.toFixed(2);
    const button = el("button", "matrix-cell", value.replace(/^0/, ""));
    button.type = "button";
    button.value = key;
    button.style.setProperty("--share", `${Math.round(100 * above(pair.mean))}%`);
    button.classList.toggle("strong", above(pair.mean) > 0.55);
    button.setAttribute("aria-label", filled(cell, { first: view.names[row], second: view.names[column], value }));
    button.title = button.getAttribute("aria-label");
    button.addEventListener("click", () => {
      chosen = key;
      showPair();
    });
    return el("td", "", button);
  }

  /** Where between chance and equal a value lies, 0–1: below chance is as pale as chance. */
  function above(mean) {
    return Math.max(0, (mean - view.chance) / (1 - view.chance || 1));
  }

  onValue({ props, watch }, (next) => {
    if (view?.run !== next.run) chosen = "0 1";
    const grown = view?.run !== next.run || view.pairs.length !== next.pairs.length;
    const focused = document.activeElement?.closest?.(".matrix") === table ? document.activeElement.value : null;
    view = next;
    blank.hidden = view.pairs.length > 0;
    setText(sentence, view.sentence);
    if (!grown) return;
    showTable();
    showPair();
    if (focused) table.querySelector(`button[value="${focused}"]`)?.focus();
  });
}
