// Every figure of the run with what it means, one click away; after the closer look, what that has found as well.
import { el, hear, onValue, setText } from "../common/dom.js";

export function mount({ element, props, watch }) {
  const { summary, meaning } = props.labels;
  const head = el("tr");
  const body = el("tbody");
  const table = el("div", "scroll", el("table", "", el("thead", "", head), body));
  let view = null;
  let race = "";
  let look = { run: "", summary: [] };
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

  function draw() {
    if (!view) return;
    const { lanes, facts } = view;
    fill(head, ["", ...lanes.map((lane) => lane.title), meaning], "th");
    const rows = lanes[0].figures.map(([label, , hover], index) => [
      label,
      ...lanes.map((lane) => lane.figures[index][1]),
      hover,
    ]);
    rows.push(...looked(lanes));
    for (const [label, value, hover] of facts) rows.push([label, value, ...lanes.slice(1).map(() => ""), hover]);
    while (body.children.length > rows.length) body.lastChild.remove();
    rows.forEach((cells, index) => fill(body.children[index] ?? body.appendChild(el("tr")), cells, "td"));
  }

  /** Rows of the closer look at the race on the screen: a value for every pruned lane. */
  function looked(lanes) {
    if (look.run === "" || look.run !== race || !look.summary.length) return [];
    const found = new Map(look.summary.map(({ lane, figures }) => [lane, figures]));
    return look.summary[0].figures.map(([label, , hover], row) => [
      label,
      ...lanes.map((_, lane) => found.get(lane)?.[row][1] ?? ""),
      hover,
    ]);
  }

  onValue({ props, watch }, (value) => {
    view = value;
    draw();
  });
  hear("race", (run) => {
    if (run === race) return;
    race = run;
    draw();
  });
  hear("quality", (quality) => {
    const changed = quality.run !== look.run || quality.summary.length !== look.summary.length;
    look = quality;
    if (changed) draw();
  });
}
