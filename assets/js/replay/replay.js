// A recording, played on the components of the live page. Starts itself: the page holds the recording as data.
import { calmMotion, el } from "../common/dom.js";
import { listenForKeys } from "./keys.js";
import { header, lookBlocks, raceBlocks } from "./layout.js";
import { partOf } from "./parts.js";
import { tracksOf } from "./patches.js";
import { Player } from "./player.js";
import { followTheme, reportHeight } from "./surroundings.js";
import { transport } from "./transport.js";

/** The data of the page; a long recording is packed. */
async function recorded() {
  const node = document.getElementById("recording");
  if (node.type === "application/json") return JSON.parse(node.textContent);
  const packed = Uint8Array.from(atob(node.textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function build({ id, timeline, words }) {
  const tracks = tracksOf(timeline);
  const parts = new Map([...tracks].map(([name, track]) => [name, partOf(name, words.parts, track)]));
  const shown = [];
  const block = (name) => {
    if (!parts.has(name)) return el("div", "block");
    shown.push(parts.get(name));
    return parts.get(name).node;
  };
  const lanes = timeline.start.figures.lanes.length;
  const looked = tracks.has("quality");
  let drawn = 0;
  let bar = null;
  /** Components are told once a frame, however often the player moves. */
  const player = new Player(timeline, () => {
    bar?.update();
    drawn ||= requestAnimationFrame(() => {
      drawn = 0;
      for (const part of shown) part.follow(player.count);
    });
  });
  bar = transport(player, words.controls, timeline.idle);
  const main = el("main", "replay-main", header(timeline.head, words.controls), raceBlocks(lanes, looked, block));
  if (looked) main.append(lookBlocks(words.controls, block));
  document.querySelector(".replay").replaceChildren(main, bar.node);
  for (const part of shown) part.mount();
  listenForKeys(player, bar.jump);
  reportHeight(id, bar.node);
  return player;
}

/** ?t=SECONDS opens there, ?autoplay=1 plays at once; else all that was recorded stands there, ready to be played. */
function begin(player) {
  const asked = new URLSearchParams(location.search);
  const at = parseFloat(asked.get("t"));
  const plays = asked.get("autoplay") === "1" && !calmMotion();
  player.seek(Number.isFinite(at) ? at : plays ? 0 : player.duration);
  if (plays) player.play();
}

followTheme();
begin(build(await recorded()));
