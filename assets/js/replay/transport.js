// The player's buttons: play, steps, markers, speed, loop. Knows the player; knows no component.
import { el, filled, setText } from "../common/dom.js";
import { icon, redraw } from "./icons.js";
import { SPEEDS } from "./player.js";
import { seekBar } from "./seek_bar.js";

/** { node, update(), jump(way) }: a bar below the page for `player`. idle: what a wait takes at most, in seconds. */
export function transport(player, words, idle) {
  const aloud = el("p", "visually-hidden");
  const say = (text) => setText(aloud, text);
  const seek = seekBar(player, words, say);
  const play = button("play", words.play, "Space", () => player.toggle());
  const time = el("span", "transport-time");
  const speed = el("select", "transport-speed");
  const loop = toggle("loop", words.loop, () => player.set({ loop: !player.loop }));
  const waits = el("button", "transport-word", words.waits);
  const steps = [
    button("earlier", words.earlier, "[", () => jump(-1)),
    button("back", words.back, ",", () => player.step(-1)),
    play,
    button("forward", words.forward, ".", () => player.step(1)),
    button("later", words.later, "]", () => jump(1)),
  ];
  const right = el("div", "transport-right", loop, waits, speed, keyHelp(words));
  const node = el("footer", "transport", seek.node, el("div", "transport-row", ...steps, time, right), aloud);

  play.classList.add("transport-play");
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", words.name);
  aloud.setAttribute("aria-live", "polite");
  speed.setAttribute("aria-label", words.speed);
  speed.append(...SPEEDS.map((one) => Object.assign(el("option", "", filled(words.times, { speed: one })), { value: one })));
  speed.addEventListener("change", () => player.set({ speed: Number(speed.value) }));
  Object.assign(waits, { type: "button", title: filled(words.waitsHint, { seconds: idle }), hidden: !player.waits });
  waits.addEventListener("click", () => player.set({ shortened: !player.shortened }));

  function jump(way) {
    const mark = player.jump(way);
    if (mark) say(seek.spoken(mark));
  }

  function update() {
    const [sign, word] = player.playing ? ["pause", words.pause] : player.ended ? ["again", words.again] : ["play", words.play];
    redraw(play.firstChild, sign);
    name(play, word);
    setText(time, filled(words.place, { now: player.at.toFixed(1), all: player.duration.toFixed(1) }));
    loop.setAttribute("aria-pressed", String(player.loop));
    waits.setAttribute("aria-pressed", String(player.shortened));
    speed.value = String(player.speed);
    seek.update();
  }

  return { node, update, jump };
}

function button(sign, word, key, press) {
  const node = el("button", "transport-button", icon(sign));
  node.type = "button";
  name(node, word);
  node.setAttribute("aria-keyshortcuts", key);
  node.addEventListener("click", press);
  return node;
}

function toggle(sign, word, press) {
  const node = button(sign, word, "L", press);
  node.classList.add("transport-toggle");
  return node;
}

function name(node, word) {
  if (node.title === word) return;
  node.title = word;
  node.setAttribute("aria-label", word);
}

function keyHelp(words) {
  const rows = words.help.flatMap(([keys, what]) => [
    el("dt", "", ...keys.split(" ").map((key) => el("kbd", "", key))),
    el("dd", "", what),
  ]);
  const help = el("details", "transport-keys", el("summary", "", words.keys), el("dl", "", ...rows));
  help.addEventListener("keydown", (event) => {
    if (event.key === "Escape") help.open = false;
  });
  help.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !help.contains(relatedTarget)) help.open = false;
  });
  return help;
}
