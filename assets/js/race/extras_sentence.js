// What the extra lanes showed, in words, between their panes.
import { el, onValue, setText } from "../common/dom.js";

export function mount({ element, props, watch }) {
  const sentence = el("p", "extras-sentence");
  sentence.setAttribute("aria-live", "polite");
  element.replaceChildren(sentence);
  onValue({ props, watch }, (view) => setText(sentence, view.sentence));
}
