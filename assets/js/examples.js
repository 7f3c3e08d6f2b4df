// Example prompts as buttons. What the chosen one shows is told to the page, until the prompt is edited.
import { el, onValue, tell } from "./shared.js";

export function mount({ element, props, watch, trigger }) {
  const lead = el("span", "examples-lead", props.labels.lead);
  const row = el("div", "examples");
  let chips = [];
  element.replaceChildren(row);

  function choose(index) {
    chips.forEach((chip, at) => chip.setAttribute("aria-pressed", String(at === index)));
    tell("hint", index === null ? "" : props.value.examples[index].shows);
  }

  document.addEventListener("input", (event) => {
    if (event.target.closest?.(props.fields)) choose(null);
  });

  onValue({ props, watch }, ({ examples, chosen }) => {
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
    row.replaceChildren(...(chips.length ? [lead] : []), ...chips);
    choose(chosen);
  });
}
