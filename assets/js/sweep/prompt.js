// Which prompt a sweep would measure: its first words and its length.
import { el, onValue, printable, setText, tell } from "../common/dom.js";

export function mount({ element, props, watch }) {
  const { lead, note } = props.labels;
  const words = el("span", "sweep-words");
  const size = el("span", "sweep-size");
  const line = el("p", "sweep-prompt", el("span", "sweep-lead", lead), words, size);
  line.title = note;
  element.replaceChildren(line);

  onValue({ props, watch }, (view) => {
    line.classList.toggle("empty", view.empty);
    setText(words, view.empty ? view.words : `“${printable(view.words)}”`);
    setText(size, view.size);
    tell("sweep-prompt", view.key);
  });
}
