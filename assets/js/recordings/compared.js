// Two recordings side by side: what was set differently, then lane by lane the texts, the figures and the neurons.
import { calmMotion, el, onValue, printable, setText } from "../common/dom.js";
import { fromZero, lineChart } from "../common/line_chart.js";
import { button } from "./actions.js";

export function mount({ element, props, watch }) {
  const words = props.labels;
  const sentence = el("p", "panel-sentence");
  const trouble = el("p", "opened-trouble");
  const body = el("div", "compared-body");
  const head = el("header", "panel-head", el("h2", "", words.title), button(words.close, close, "quiet-button"));
  const panel = el("section", "panel compared", head, sentence, trouble, body);
  trouble.setAttribute("role", "alert");
  element.replaceChildren(panel);

  function close() {
    props.value = { ...props.value, a: "", trouble: "" };
    draw(props.value);
  }

  function table(caption, columns, rows, className = "") {
    const header = el("tr", "", ...columns.map((name) => cell("th", name, "col")));
    const lines = rows.map(([name, ...values]) => el("tr", "", cell("th", name, "row"), ...values.map((one) => cell("td", one))));
    const made = el("table", `compared-table ${className}`, el("caption", "", caption), el("thead", "", header));
    made.append(el("tbody", "", ...lines));
    return made;
  }

  function cell(tag, text, scope) {
    const made = el(tag, "", printable(text));
    if (scope) made.scope = scope;
    return made;
  }

  function answer(name, lane, rest) {
    const shared = el("span", "compared-shared", printable(lane.shared));
    shared.title = words.shared;
    return el("div", "compared-text", el("h4", "", name), el("p", "", shared, el("span", "", printable(rest))));
  }

  function lane(view) {
    const texts = el("div", "compared-texts", answer("A", view, view.rest_a), answer("B", view, view.rest_b));
    const figures = table("", words.figures, view.figures, "compared-figures");
    const numbers = el("div", "compared-numbers", figures);
    const made = el("section", "compared-lane", el("h3", "", view.title), el("p", "", view.sentence), texts, numbers);
    if (view.lines.length) {
      const chart = lineChart(words.chart, { digits: 2, range: fromZero });
      numbers.append(chart.panel);
      requestAnimationFrame(() => chart.show({ lines: view.lines, sentence: view.experts }));
    } else if (view.experts) {
      numbers.append(el("p", "compared-experts", view.experts));
    }
    return made;
  }

  function draw(view) {
    panel.hidden = !view.a && !view.trouble;
    setText(trouble, view.trouble);
    trouble.hidden = !view.trouble;
    body.hidden = !view.a;
    setText(sentence, view.a ? view.sentence : "");
    if (!view.a) return body.replaceChildren();
    const names = el("dl", "compared-names", el("dt", "", "A"), el("dd", "", printable(view.a)));
    names.append(el("dt", "", "B"), el("dd", "", printable(view.b)));
    const remarks = view.remarks.map((text) => el("p", "compared-remark", printable(text)));
    const settings = [
      [words.settings, view.settings],
      [words.machine, view.machine],
    ];
    const tables = settings.filter(([, rows]) => rows.length).map(([name, rows]) => table(name, words.columns, rows));
    body.replaceChildren(names, ...remarks, el("div", "compared-settings", ...tables), ...view.lanes.map(lane));
    panel.scrollIntoView({ block: "start", behavior: calmMotion() ? "auto" : "smooth" });
  }

  onValue({ props, watch }, draw);
}
