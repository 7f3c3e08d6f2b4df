// The bar under the panes: which marks the tokens wear, and what a closer look at the race has found.
// It holds what the models think of each token, and tells the panes.
import { GrowingList, el, fillFigures, filled, hear, laneColour, onValue, setText, tell } from "../common/dom.js";
import { TextReadings, coverageRange } from "./reading.js";

const FIRST_MODE = "surprise";

export function mount({ element, props, watch }) {
  const { marks, modes, means, scales, stripes, hint, sealed, numbers } = props.labels;
  const switches = Object.entries(modes).map(([mode, name]) => modeButton(mode, name));
  const low = el("span");
  const high = el("span");
  const steps = [1, 2, 3, 4].map((height) => mark(height));
  const striped = el("span", "marks-striped", mark(3, { striped: true }), stripes);
  const scale = el("span", "marks-scale", low, ...steps, high, striped);
  const group = el("span", "marks-switch", el("span", "marks-lead", marks), ...switches);
  const sentence = el("p", "quality-sentence");
  const summary = el("div", "quality-summary");
  const more = el("details", "quality-more", el("summary", "", numbers), summary);
  const words = new GrowingList();
  const texts = new Map();
  let view = null;
  let range = null;
  let mode = FIRST_MODE;
  let race = "";
  let blind = false;

  group.setAttribute("role", "group");
  group.setAttribute("aria-label", marks);
  element.replaceChildren(el("section", "quality", group, scale, sentence, more));
  choose(FIRST_MODE);

  function modeButton(mode, name) {
    const button = el("button", "mark-mode", name);
    button.type = "button";
    button.value = mode;
    button.title = means[mode];
    button.addEventListener("click", () => choose(mode));
    return button;
  }

  function choose(chosen) {
    mode = chosen;
    for (const button of switches) button.setAttribute("aria-pressed", String(button.value === mode));
    scale.title = means[mode];
    scale.classList.toggle("none", !scales[mode]);
    nameEnds();
    striped.classList.toggle("none", mode !== "disagreement");
    tell("marks", mode);
  }

  /** Coverage is marked from the best to the worst covered token of this race: the legend says which shares these are. */
  function nameEnds() {
    const percent = (share) => Math.round(share * 100);
    const measured = mode === "coverage" && range !== null;
    const [least, most] = (measured ? scales.measured : scales[mode]) ?? ["", ""];
    setText(low, measured ? filled(least, { share: percent(range.high) }) : least);
    setText(high, measured ? filled(most, { share: percent(range.low) }) : most);
  }

  /** What was found belongs to one race: while another is on the screen, the line says what will come. */
  function say() {
    const ours = view !== null && view.run !== "" && view.run === race;
    const status = ours ? [view.status.text, view.status.fix].filter(Boolean).join(" ") : "";
    setText(sentence, ours ? status || view.sentence : blind ? sealed : hint);
    sentence.title = sentence.textContent;
    sentence.dataset.phase = ours ? view.status.phase : "";
    more.classList.toggle("none", !ours || view.summary.length === 0);
    if (more.classList.contains("none")) more.open = false;
  }

  function fillSummary() {
    const lanes = view.summary.map((lane) => {
      const figures = el("dl", "facts");
      fillFigures(figures, lane.figures);
      const block = el("div", "quality-lane", el("h3", "", el("span", "swatch"), lane.name), figures);
      block.style.setProperty("--lane", laneColour(lane.lane));
      return block;
    });
    summary.replaceChildren(...lanes);
  }

  hear("blind", (now) => {
    blind = now;
    say();
  });
  hear("race", (run) => {
    race = run;
    say();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more.open) return;
    more.open = false;
    event.stopImmediatePropagation();
  }, true);

  onValue({ props, watch }, (value) => {
    if (value.run !== view?.run) texts.clear();
    view = value;
    words.update(value.run, value.words);
    for (const text of value.texts) {
      if (!texts.has(text.lane)) texts.set(text.lane, new TextReadings());
      texts.get(text.lane).update(value.run, text);
    }
    range = coverageRange(texts.values());
    fillSummary();
    nameEnds();
    say();
    tell("quality", { run: value.run, texts, words: wordTable(words.items), range, summary: value.summary });
  });
}

/** A mark as it stands under a token, for the legend. */
function mark(height, { striped = false } = {}) {
  const node = el("span", "mark-sample");
  node.dataset.mark = height;
  node.toggleAttribute("data-striped", striped);
  node.setAttribute("aria-hidden", "true");
  return node;
}

/** Token id -> its text. */
function wordTable(items) {
  return new Map(items.map((item) => [Number(item.slice(0, item.indexOf(" "))), item.slice(item.indexOf(" ") + 1)]));
}
