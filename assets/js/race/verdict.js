// The one big number, what bounds it, and the sentence that keeps it honest.
import { el, fillFigures, hear, onValue, setText, tell } from "../common/dom.js";

/** Where a speed-up stands on a scale from 1 to `top`, in percent. */
function position(speedup, top) {
  return Math.min(Math.max(((speedup - 1) / (top - 1)) * 100, 0), 100);
}

export function mount({ element, props, watch }) {
  const headline = el("p", "verdict-number");
  const caption = el("p", "verdict-caption");
  const interval = el("span", "gauge-interval");
  const point = el("span", "gauge-point");
  const bound = el("span", "gauge-bound");
  const gauge = el("div", "gauge", interval, point, bound);
  const boundText = el("p", "verdict-line");
  const spread = el("p", "verdict-line");
  const sentence = el("p", "verdict-sentence");
  const number = el("div", "verdict-block", headline, caption, gauge, boundText, spread);
  const facts = el("dl", "facts");
  let said = "";
  let hint = "";
  gauge.setAttribute("aria-hidden", "true");
  element.replaceChildren(
    el("section", "verdict", number, facts),
    sentence,
  );

  /** Until the run has its sentence, the line says what the chosen example is about to show. */
  function say() {
    setText(sentence, said || hint);
    sentence.classList.toggle("hint", !said);
  }

  hear("hint", (text) => {
    hint = text;
    say();
  });

  function drawGauge(values) {
    gauge.classList.toggle("empty", !values);
    if (!values) return;
    const low = values.low ?? values.value;
    const high = values.high ?? values.value;
    const top = Math.max(values.bound, high, 1.01);
    const from = position(low, top);
    interval.style.left = `${from}%`;
    interval.style.width = `${position(high, top) - from}%`;
    point.style.left = `${position(values.value, top)}%`;
    bound.style.left = `${position(values.bound, top)}%`;
  }

  onValue({ props, watch }, (view) => {
    element.dataset.phase = view.phase;
    setText(headline, view.headline);
    headline.classList.toggle("unclear", !view.clear);
    setText(caption, view.caption);
    setText(boundText, view.bound);
    setText(spread, view.spread);
    number.title = view.hover;
    said = view.sentence;
    say();
    tell("verdict", said);
    tell("verdict-phase", { run: view.run, phase: view.phase });
    fillFigures(facts, view.facts);
    drawGauge(view.gauge);
  });
}
