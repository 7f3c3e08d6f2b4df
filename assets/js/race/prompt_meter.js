// How much of the model's context the prompt takes. Asks again once the visitor paused typing.
import { el, onValue, setText } from "../common/dom.js";

const PAUSE_MS = 250;

export function mount({ element, props, watch, trigger }) {
  const text = el("span", "meter-text");
  const bar = el("span", "meter-bar");
  const meter = el("div", "meter", text, el("span", "meter-track", bar));
  let timer = 0;
  element.replaceChildren(meter);

  document.addEventListener("input", (event) => {
    if (!event.target.closest?.(props.fields)) return;
    clearTimeout(timer);
    timer = setTimeout(() => trigger("settle"), PAUSE_MS);
  });

  onValue({ props, watch }, (view) => {
    setText(text, view.text);
    meter.classList.toggle("too-long", !view.fits);
    bar.style.transform = `scaleX(${Math.min(view.share, 1)})`;
  });
}
