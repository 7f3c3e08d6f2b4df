// One line: what is going on, or what went wrong and what to do; and the machine it runs on.
// Errors are announced at once, outcomes politely, progress not at all.
import { el, onValue, setText } from "./shared.js";

const OUTCOMES = new Set(["ready", "done", "cancelled"]);

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
  element.replaceChildren(line);

  onValue({ props, watch }, (view) => {
    const failed = view.phase === "error";
    line.dataset.phase = view.phase;
    setText(words, failed ? "" : view.text);
    setText(problem, failed ? view.text : "");
    setText(fix, failed ? view.fix : "");
    setText(machine, view.machine);
    setText(outcome, OUTCOMES.has(view.phase) ? view.text : "");
    bar.style.transform = `scaleX(${view.progress ?? 0})`;
    line.classList.toggle("has-progress", view.progress !== null);
  });
}
