// Example prompts as buttons; the chosen one says what it shows until the prompt is edited.
import { el, onValue, setText } from "./shared.js";

export function mount({ element, props, watch, trigger }) {
  const lead = el("span", "meter-text", props.labels.lead);
  const shows = el("span", "example-shows");
  const row = el("div", "examples", lead);
  let chips = [];
  element.replaceChildren(row);

  function choose(index) {
    chips.forEach((chip, at) => chip.setAttribute("aria-pressed", String(at === index)));
    setText(shows, index === null ? "" : props.value[index].shows);
  }

  document.addEventListener("input", (event) => {
    if (event.target.closest?.(props.fields)) choose(null);
  });

  onValue({ props, watch }, (examples) => {
    chips = examples.map(({ name, shows }, index) => {
      const chip = el("button", "chip", name);
      chip.type = "button";
      chip.title = shows;
      chip.addEventListener("click", () => {
        choose(index);
        trigger("choose", { index });
      });
      return chip;
    });
    row.replaceChildren(...(chips.length ? [lead] : []), ...chips, shows);
    choose(null);
  });
}
