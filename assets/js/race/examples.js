// Example prompts as buttons; those on which pruning breaks in a list of their own, each with its line. What the chosen
// one shows is told to the page, until the prompt is edited.
import { el, onValue, tell } from "../common/dom.js";

const CLAIMED = "#density, #method, #model, #system";

export function mount({ element, props, watch, trigger }) {
  const { lead, breaks } = props.labels;
  const row = el("div", "chips examples");
  const opener = el("button", "chip opens", breaks);
  const list = el("div", "breaks");
  const group = el("div", "breaks-group", opener, list);
  let buttons = [];
  opener.type = "button";
  element.replaceChildren(el("div", "examples-row", row, group));
  open(false);

  function choose(index) {
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(at === index)));
    const example = index === null ? null : props.value.examples[index];
    opener.classList.toggle("chosen", example?.group === "breaks");
    tell("hint", example?.shows ?? "");
    tell("example", example);
  }

  function open(now) {
    list.hidden = !now;
    opener.setAttribute("aria-expanded", String(now));
  }

  function button(example, index) {
    const { name, shows } = example;
    const inList = example.group === "breaks";
    const made = inList
      ? el("button", "breaks-item", el("span", "breaks-name", name), el("span", "breaks-shows", shows))
      : el("button", "chip", name);
    made.type = "button";
    if (!inList) made.title = shows;
    made.addEventListener("click", () => {
      choose(index);
      trigger("choose", { index });
      if (!inList) return;
      open(false);
      opener.focus();
    });
    return made;
  }

  opener.addEventListener("click", () => open(list.hidden));
  document.addEventListener("click", (event) => group.contains(event.target) || open(false));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    open(false);
    opener.focus();
  });
  document.addEventListener("griffin:edited", () => choose(null)); // the prompt is another one, and nobody typed it
  document.addEventListener("input", (event) => {
    if (event.target.closest?.(props.fields)) choose(null);
    else if (event.target.closest?.(CLAIMED)) tell("hint", ""); // what the example shows was seen with its own settings
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest?.(`:is(${CLAIMED}) [role="option"]`)) tell("hint", "");
  });

  onValue({ props, watch }, ({ examples, chosen }) => {
    buttons = examples.map(button);
    const listed = (_, index) => examples[index].group === "breaks";
    row.replaceChildren(el("span", "examples-lead", lead), ...buttons.filter((one, index) => !listed(one, index)));
    list.replaceChildren(...buttons.filter(listed));
    group.hidden = !list.children.length;
    const linked = new URLSearchParams(location.search).get("p")?.trim(); // the prompt comes from the page's address
    choose(linked ? null : chosen);
  });
}
