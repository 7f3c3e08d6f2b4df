// Every point of a sweep as a row: its numbers, and a button that races it. Rows to come are there from the start.
import { el, filled, setText } from "../common/dom.js";
import { markOf } from "./marks.js";

/**
 * words: labels of the sweep. `pointed(index)`: the visitor looks at a row, or at none (null). `race(index)`.
 * Returns { node, show(view), mark(index) }.
 */
export function sweepTable(words, { pointed, race }) {
  const heads = words.columns.map(([name, meaning]) => {
    const head = el("th", "", name);
    head.scope = "col";
    head.title = meaning;
    return head;
  });
  const body = el("tbody");
  const caption = el("caption", "visually-hidden", words.table);
  const table = el("table", "sweep-table", caption, el("thead", "", el("tr", "", ...heads, el("td", "sweep-do"))), body);
  const node = el("div", "sweep-scroll", table);
  node.hidden = true;

  function newRow(index) {
    const button = el("button", "sweep-race", words.race);
    button.type = "button";
    button.addEventListener("click", () => race(index));
    const cells = words.columns.map((_, column) => el(column ? "td" : "th"));
    cells[0].scope = "row";
    const row = el("tr", "", ...cells, el("td", "sweep-do", button));
    row.addEventListener("pointerenter", () => pointed(index));
    row.addEventListener("pointerleave", () => pointed(null));
    row.addEventListener("focusin", () => pointed(index));
    row.addEventListener("focusout", () => pointed(null));
    return row;
  }

  function fillRow(row, point) {
    const cells = point?.cells ?? words.columns.map((_, column) => (column ? "–" : "…"));
    row.classList.toggle("coming", !point);
    cells.forEach((text, column) => {
      const cell = row.children[column];
      if (column) return setText(cell, text);
      if (row.dataset.lane === String(point?.lane) && cell.textContent === text) return;
      row.dataset.lane = String(point?.lane);
      cell.replaceChildren(...(point ? [markOf(point.lane)] : []), el("span", "", text));
    });
    const button = row.querySelector("button");
    button.disabled = !point;
    button.setAttribute("aria-label", point ? filled(words.raceThis, { point: point.facts[0] }) : words.race);
  }

  function show(view) {
    const rows = Math.max(view.steps, view.points.length);
    node.hidden = rows === 0;
    while (body.children.length > rows) body.lastChild.remove();
    while (body.children.length < rows) body.append(newRow(body.children.length));
    for (let index = 0; index < rows; index++) fillRow(body.children[index], view.points[index]);
  }

  /** Light the row of the point under the pointer. */
  function mark(index) {
    [...body.children].forEach((row, place) => row.classList.toggle("pointed", place === index));
  }

  return { node, show, mark };
}
