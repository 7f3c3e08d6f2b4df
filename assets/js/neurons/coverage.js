// How much of each token's activation the kept neurons cover: a point a token, a line through their running mean.
import { GrowingList, onValue } from "../common/dom.js";
import { lineChart } from "../common/line_chart.js";
import { visible } from "../common/words.js";

const WINDOW = 9; // tokens in the running mean, the token itself in the middle

export function mount({ element, props, watch }) {
  const chart = lineChart(props.labels, { digits: 0, suffix: " %", range: axisRange });
  const held = new Map(); // by key: { percent, tokens }
  let run = null;
  element.replaceChildren(chart.panel);

  onValue({ props, watch }, (view) => {
    if (run !== view.run) {
      held.clear();
      chart.unzoom();
    }
    run = view.run;
    const lines = view.series.map(({ key, lane, name, dashed, percent, tokens }) => {
      const known = held.get(key) ?? { percent: new GrowingList(), tokens: new GrowingList() };
      held.set(key, known);
      known.percent.update(run, percent);
      known.tokens.update(run, tokens);
      const values = [...known.percent.items];
      return {
        ...{ lane, name, values },
        style: dashed ? "dot" : "solid",
        smooth: runningMean(values),
        texts: known.tokens.items.map((token) => (token ? visible(token) : "")),
      };
    });
    const longest = Math.max(0, ...lines.map((line) => line.values.length));
    if (view.chance !== null && longest) {
      const values = new Array(longest).fill(view.chance);
      lines.push({ name: props.labels.chance, lane: -1, style: "dash", values });
    }
    chart.show({ lines, sentence: view.sentence, first: 1, coming: view.coming });
  });
}

function runningMean(values) {
  const reach = (WINDOW - 1) / 2;
  return values.map((_, index) => {
    const near = values.slice(Math.max(0, index - reach), index + reach + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

/** From the ten below the least value to 100. */
function axisRange(values) {
  const least = Math.min(100, ...values);
  return [Math.max(0, Math.floor(least / 10) * 10 - (least % 10 < 2 ? 10 : 0)), 100];
}
