// Whether the next run is recorded: a switch beside Run. Its value is an input of every run.
import { el, hear, onValue, tell } from "../common/dom.js";
import { hasAgreed } from "./keys.js";

export function mount({ element, props, watch }) {
  const { name, hover, off } = props.labels;
  const control = el("button", "record-switch", el("span", "record-dot"), el("span", "", name));
  control.type = "button";
  control.setAttribute("role", "switch");
  control.title = off || hover;
  control.disabled = Boolean(off);
  element.replaceChildren(control);

  function change(to) {
    props.value = { ...props.value, ...to };
    draw(props.value);
  }

  function draw({ record, agreed, title }) {
    control.setAttribute("aria-checked", String(record));
    control.classList.toggle("waiting", record && !agreed);
    tell("record", { record, agreed, title });
  }

  control.addEventListener("click", () => change({ record: !props.value.record }));
  hear("record-consent", (consent) => hasAgreed(consent) && change({ agreed: true }));
  hear("record-agreed", (agreed) => change({ agreed, record: agreed }));
  hear("record-title", (title) => change({ title }));
  onValue({ props, watch }, draw);
}
