// The bar of a recording: where it stands, where its markers are; to be dragged. Knows the player; knows no component.
import { clamp, el, filled, laneColour } from "../common/dom.js";

const LABEL_EDGE = 0.5; // beyond the middle a label stands to the left of its marker

/** { node, update() } for `player`; words: the player's labels; told(text): said aloud. */
export function seekBar(player, words, told) {
  const fill = el("i", "seek-fill");
  const knob = el("i", "seek-knob");
  const track = el("div", "seek-track", fill, knob);
  const marks = el("div", "seek-marks");
  const node = el("div", "seek", track, marks);
  let buttons = [];
  let drawnAxis = null;
  let resume = false;

  track.tabIndex = 0;
  track.setAttribute("role", "slider");
  track.setAttribute("aria-label", words.seek);
  track.setAttribute("aria-valuemin", "0");
  marks.setAttribute("role", "group");
  marks.setAttribute("aria-label", words.markers);

  const share = (at) => (player.duration > 0 ? at / player.duration : 1);

  function seekTo(event) {
    const box = track.getBoundingClientRect();
    player.seek(clamp((event.clientX - box.left) / box.width, 0, 1) * player.duration);
  }

  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    track.setPointerCapture(event.pointerId);
    resume = player.playing;
    player.pause();
    seekTo(event);
  });
  track.addEventListener("pointermove", (event) => track.hasPointerCapture(event.pointerId) && seekTo(event));
  track.addEventListener("lostpointercapture", () => resume && !player.ended && player.play());

  function markButton(mark) {
    const label = el("span", "seek-label", mark.label);
    const button = el("button", "seek-mark", el("i"), label);
    button.type = "button";
    button.dataset.kind = mark.kind;
    button.style.setProperty("--lane", mark.lane < 0 ? "var(--ink)" : laneColour(mark.lane));
    button.addEventListener("click", () => {
      player.seekEvent(mark.event);
      told(spoken(mark));
    });
    return button;
  }

  function spoken(mark) {
    return filled(words.at, { label: mark.label, now: player.axis[mark.event].toFixed(1) });
  }

  /** Markers stand elsewhere once waits are shortened, or no longer are. */
  function place() {
    drawnAxis = player.axis;
    player.marks.forEach((mark, index) => {
      const at = share(player.axis[mark.event]);
      buttons[index].style.left = `${at * 100}%`;
      buttons[index].classList.toggle("to-left", at > LABEL_EDGE);
      buttons[index].setAttribute("aria-label", spoken(mark));
    });
  }

  buttons = player.marks.map(markButton);
  marks.append(...buttons);

  return {
    node,
    spoken,
    update() {
      if (drawnAxis !== player.axis) place();
      const here = share(player.at);
      fill.style.transform = `scaleX(${here})`;
      knob.style.left = `${here * 100}%`;
      const values = { now: player.at.toFixed(1), all: player.duration.toFixed(1) };
      track.setAttribute("aria-valuemax", values.all);
      track.setAttribute("aria-valuenow", values.now);
      track.setAttribute("aria-valuetext", filled(words.said, values));
    },
  };
}
