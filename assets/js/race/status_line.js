// One line: what is going on, or what went wrong and what to do; and the machine it runs on.
// Read aloud: errors at once; outcomes, with the verdict, and the place in line politely; progress not at all.
import { el, hear, onValue, setText } from "../common/dom.js";

const OUTCOMES = new Set(["done", "cancelled"]);
const TOLD = new Set(["ready", "queued", ...OUTCOMES]);

export function mount({ element, props, watch }) {
  const words = el("span", "status-text");
  const problem = el("span", "status-problem");
  const fix = el("span", "status-fix");
  const alert = el("span", "status-alert", problem, fix);
  const machine = el("span", "status-machine");
  const bar = el("span", "status-bar");
  const outcome = el("p", "visually-hidden");
  const line = el(
    "div",
    "status",
    el("span", "status-mark"),
    words,
    alert,
    machine,
    el("span", "status-track", bar),
    outcome,
  );
  alert.setAttribute("role", "alert");
  outcome.setAttribute("aria-live", "polite");
  let shown = null;
  let verdict = "";
  let calm = null; // what was said before something went wrong
  element.replaceChildren(line);

  function announce() {
    const told = TOLD.has(shown?.phase) ? shown.text : "";
    setText(outcome, OUTCOMES.has(shown?.phase) ? `${told} ${verdict}`.trim() : told);
  }

  const ofRace = element.closest(".race"); // only its own line reads out how it went
  if (ofRace) {
    hear("verdict", (sentence) => {
      verdict = sentence;
      announce();
    });
    hear("race-trouble", (trouble) => show({ ...shown, ...trouble, phase: "error", progress: null }));
    hear("record", ({ record, agreed }) => {
      const settled = agreed || !record;
      if (settled && calm && shown.phase === "error" && shown.text === props.labels.notAgreed) show(calm);
    });
  }

  function show(view) {
    const failed = view.phase === "error";
    if (!failed) calm = view;
    line.dataset.phase = view.phase;
    setText(words, failed ? "" : view.text);
    setText(problem, failed ? view.text : "");
    setText(fix, failed ? view.fix : "");
    setText(machine, view.machine);
    shown = view;
    announce();
    bar.style.transform = `scaleX(${view.progress ?? 0})`;
    line.classList.toggle("has-progress", view.progress !== null);
  }

  onValue({ props, watch }, show);
}
