// Every figure of the run with what it means, one click away.
import { el, onValue, setText } from "../common/dom.js";

export function mount({ element, props, watch }) {
  const { summary, meaning } = props.labels;
  const head = el("tr");
  const body = el("tbody");
  const table = el("div", "scroll", el("table", "", el("thead", "", head), body));
  element.replaceChildren(el("details", "panel details", el("summary", "", summary), table));

  /** `cells`: label, one value a lane, meaning. */
  function fill(row, cells, tag) {
    while (row.children.length > cells.length) row.lastChild.remove();
    cells.forEach((text, index) => {
      const cell = row.children[index] ?? row.appendChild(el(index ? tag : "th"));
      cell.className = index && index === cells.length - 1 ? "meaning" : "";
      setText(cell, text);
    });
  }

  onValue({ props, watch }, ({ lanes, facts }) => {
    fill(head, ["", ...lanes.map((lane) => lane.title), meaning], "th");
    const rows = lanes[0].figures.map(([label, , hover], index) => [
      label,
      ...lanes.map((lane) => lane.figures[index][1]),
      hover,
    ]);
    for (const [label, value, hover] of facts) rows.push([label, value, ...lanes.slice(1).map(() => ""), hover]);
    while (body.children.length > rows.length) body.lastChild.remove();
    rows.forEach((cells, index) => fill(body.children[index] ?? body.appendChild(el("tr")), cells, "td"));
  });
}
