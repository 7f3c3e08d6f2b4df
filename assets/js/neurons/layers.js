// The flocking measure of every layer. A layer that is pressed is told to the flocking picture.
import { onValue, tell } from "../common/dom.js";
import { fromZero, lineChart } from "../common/line_chart.js";

export function mount({ element, props, watch }) {
  const chosen = props.labels.hint ? (layer) => tell("layer", layer) : undefined; // where no layer can be looked into
  const chart = lineChart(props.labels, { digits: 2, range: fromZero, chosen });
  element.replaceChildren(chart.panel);
  onValue({ props, watch }, (view) => chart.show(view));
}
