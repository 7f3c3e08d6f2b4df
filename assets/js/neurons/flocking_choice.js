// Which layer and whose text the flocking picture shows. Knows controls; knows no picture.
import { el, setText } from "../common/dom.js";

const SETTLE_MS = 350;

/**
 * A slider over the model's layers. `ask(layer)`: called once the visitor has settled on another one. still: no other
 * layer can be had, and the number stands alone.
 */
export function layerChooser({ layer: name, of, still }, ask) {
  const slider = el("input", "flock-slider");
  const number = el("output", "flock-layer");
  const all = el("span", "flock-of");
  const node = el("label", "flock-choice", name, slider, number, all);
  let asked = null;
  let timer = 0;
  Object.assign(slider, { type: "range", min: "0", max: "0", step: "1", value: "0", disabled: true });
  node.hidden = true;
  slider.hidden = Boolean(still);

  function settle() {
    clearTimeout(timer);
    setText(number, slider.value);
    timer = setTimeout(() => {
      if (Number(slider.value) === asked) return;
      asked = Number(slider.value);
      ask(asked);
    }, SETTLE_MS);
  }
  slider.addEventListener("input", settle);

  return {
    node,
    /** Move there as if the visitor had. */
    ask(layer) {
      if (slider.disabled) return;
      slider.value = layer;
      settle();
    },
    /** What is on the screen now. */
    update({ layer, layers }) {
      node.hidden = !layers;
      slider.disabled = layers < 2 || Boolean(still);
      slider.max = String(Math.max(layers - 1, 0));
      asked = layer;
      slider.value = String(layer);
      setText(number, String(layer));
      setText(all, of.replace("{last}", layers - 1));
    },
  };
}

/** One button a text. */
export function textChooser({ text: name }, changed) {
  const node = el("span", "flock-texts");
  let chosen = -1;
  let buttons = [];
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", name);

  function press(lane) {
    chosen = lane;
    for (const button of buttons) button.setAttribute("aria-pressed", String(Number(button.value) === chosen));
  }

  return {
    node,
    /** Lane of the text to show. */
    chosen: () => chosen,
    /** The texts there are; the choice stays as long as it can. */
    update(texts) {
      if (texts.map(({ lane, name }) => `${lane} ${name}`).join() !== buttons.map((b) => `${b.value} ${b.textContent}`).join()) {
        buttons = texts.map(({ lane, name }) => {
          const button = el("button", "flock-text", name);
          button.type = "button";
          button.value = String(lane);
          button.style.setProperty("--lane", `var(--lane-${lane % 4})`);
          button.addEventListener("click", () => {
            press(lane);
            changed();
          });
          return button;
        });
        node.replaceChildren(...buttons);
      }
      const lanes = texts.map(({ lane }) => lane);
      press(lanes.includes(chosen) ? chosen : (lanes[0] ?? -1));
    },
  };
}
