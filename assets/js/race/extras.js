// Which lanes run beside the full and the pruned one, as chips; the value is what is chosen. Below, for the swap test,
// where the other prompt may come from.
import { el, filled, hear, onValue, setText, tell } from "../common/dom.js";

export function mount({ element, props, watch, trigger }) {
  const { lead, kinds, most, proves, replaced, hint, tooMany, enough, take, examples, german } = props.labels;
  const words = el("p", "compare-hint");
  const chips = new Map(kinds.map(({ kind, name, means }) => [kind, chip(name, means, () => toggle(kind))]));
  const sources = examples.map(({ index, name }) => chip(name, "", () => trigger("take", { index })));
  const germanChip = chip(german, "", () => trigger("take", { german: true }));
  const other = el("div", "chips compare-other", el("span", "examples-lead", take), ...sources, germanChip);
  const row = el("div", "chips", el("span", "examples-lead", lead), ...chips.values(), words);
  const means = new Map(kinds.map((one) => [one.kind, one.means]));
  let chosen = [];
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", lead);
  words.setAttribute("aria-live", "polite");
  germanChip.hidden = true;
  element.replaceChildren(row, other);

  function chip(name, means, press) {
    const button = el("button", "chip", name);
    button.type = "button";
    button.title = means;
    button.addEventListener("click", press);
    return button;
  }

  function toggle(kind) {
    const next = chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind];
    props.value = { chosen: next };
    draw(props.value);
  }

  function draw(view) {
    chosen = view.chosen;
    const full = chosen.length >= most;
    for (const [kind, button] of chips) {
      button.setAttribute("aria-pressed", String(chosen.includes(kind)));
      button.disabled = full && !chosen.includes(kind);
      button.title = button.disabled ? enough : means.get(kind);
    }
    const last = kinds.find(({ kind }) => kind === chosen.at(-1));
    const swapTest = chosen.includes("swap") && chosen.includes("random");
    const names = kinds.filter(({ kind }) => view.replaced?.includes(kind)).map(({ name }) => name);
    const aside = names.length ? `${filled(replaced, { names: names.join(", ") })} ` : "";
    setText(words, chosen.length > most ? tooMany : swapTest ? aside + proves : (last?.means ?? hint));
    words.classList.toggle("alarm", chosen.length > most);
    const panel = element.closest(".compare-panel");
    panel?.classList.toggle("with-other", chosen.includes("swap"));
    tell("extras", chosen.length);
  }

  hear("compare", (open) => element.closest(".compare-panel")?.classList.toggle("open", open));
  hear("example", (example) => (germanChip.hidden = !example?.german));
  onValue({ props, watch }, draw);
}
