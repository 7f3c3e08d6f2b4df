// The page that plays a recording, in a frame as high as it says. It is our own page; all that it may tell is a height.
import { clamp, el } from "../common/dom.js";

const LEAST_PX = 320;
const MOST_PX = 6000;

/** `show(address, name)`; an empty address takes the frame away. */
export function replayFrame() {
  const place = el("div", "replay-place");
  let frame = null;

  addEventListener("message", ({ source, data }) => {
    if (!frame || source !== frame.contentWindow || data?.griffin !== "height") return;
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
      place.replaceChildren(frame);
    },
  };
}
