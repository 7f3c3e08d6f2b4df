// The page that plays a recording, in a frame as high as it says. It is our own page; all that it may tell is a height.
import { clamp, el } from "../common/dom.js";

const LEAST_PX = 320;
const MOST_PX = 6000;

/** `show(address, name)`; an empty address takes the frame away. `press(event)`: a key that was pressed outside it. */
export function replayFrame(loading) {
  const place = el("div", "replay-place");
  const coming = el("p", "replay-coming", loading);
  let frame = null;
  coming.setAttribute("role", "status");

  addEventListener("message", ({ source, data }) => {
    if (!frame || source !== frame.contentWindow || data?.griffin !== "height") return;
    coming.remove();
    if (Number.isFinite(data.height)) frame.style.height = `${clamp(Math.ceil(data.height), LEAST_PX, MOST_PX)}px`;
  });

  return {
    place,
    show(address, name) {
      if (!address) {
        frame = null;
        return place.replaceChildren();
      }
      const source = new URL(address, document.baseURI);
      if (frame?.src === source.href) return;
      frame = el("iframe", "replay-frame");
      frame.src = source.href;
      frame.title = name;
      frame.addEventListener("load", () => coming.remove()); // an error in words tells no height
      place.replaceChildren(coming, frame);
    },
    press(event) {
      const inside = frame?.contentDocument?.body; // null where the frame shows what is not ours
      if (!inside || event.defaultPrevented || event.isComposing || !frame.checkVisibility()) return;
      const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest("input, textarea, select, [contenteditable]")) return;
      if (key === " " && target.closest("button, summary, a, [role=button]")) return; // it presses them
      const options = { key, shiftKey, ctrlKey, metaKey, altKey, bubbles: true, cancelable: true };
      const used = !inside.dispatchEvent(new frame.contentWindow.KeyboardEvent("keydown", options));
      if (used) event.preventDefault();
    },
  };
}
