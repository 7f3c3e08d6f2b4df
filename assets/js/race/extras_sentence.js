// What the extra lanes showed, in words, between their panes.
import { calmMotion, el, onValue, setText } from "../common/dom.js";

const TOP_PX = 40;

export function mount({ element, props, watch }) {
  const sentence = el("p", "extras-sentence");
  sentence.setAttribute("aria-live", "polite");
  element.replaceChildren(sentence);
  onValue({ props, watch }, (view) => {
    const fresh = view.sentence && !sentence.textContent;
    setText(sentence, view.sentence);
    if (fresh) requestAnimationFrame(showResult);
  });

  /** The outcome is what the run was for: it is brought into sight, unless the visitor reads elsewhere or types. */
  function showResult() {
    const typing = document.activeElement?.matches("input, textarea, select");
    if (typing || window.scrollY > TOP_PX || !sentence.checkVisibility()) return;
    sentence.scrollIntoView({ block: "nearest", behavior: calmMotion() ? "auto" : "smooth" });
  }
}
