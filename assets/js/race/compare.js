// Two buttons beside the examples: the swap test in one click, and what else the race can be compared with.
import { el, hear, onValue, setText, tell } from "../common/dom.js";

export function mount({ element, props, watch, trigger }) {
  const { swap, proves, compare } = props.labels;
  const swapButton = el("button", "chip", swap);
  const label = el("span", "", compare);
  const openButton = el("button", "chip opens", label);
  let open = false;
  swapButton.type = openButton.type = "button";
  swapButton.title = proves;
  openButton.setAttribute("aria-controls", "compare-panel");
  element.replaceChildren(el("div", "compare-buttons", swapButton, openButton));

  swapButton.addEventListener("click", () => {
    show(true);
    trigger("swap");
  });
  openButton.addEventListener("click", () => show(!open));

  function show(now) {
    open = now;
    openButton.setAttribute("aria-expanded", String(open));
    tell("compare", open);
  }

  /** A swap test is a run: it waits for the one in hand, as Run does. */
  function followRun(run) {
    const follow = () => (swapButton.disabled = run.disabled);
    new MutationObserver(follow).observe(run, { attributes: true, attributeFilter: ["disabled"] });
    follow();
  }

  hear("extras", (count) => setText(label, count ? `${compare} ${count}` : compare));
  onValue({ props, watch }, () => show(open));
  const run = document.getElementById("run");
  if (run) followRun(run);
}
