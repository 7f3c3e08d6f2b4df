// The components of the live page, fed by a recording instead of a server. Knows their modules; knows no clock.
import { el } from "../common/dom.js";
import { mount as neuronMap } from "../map/neuron_map.js";
import { mount as coverage } from "../neurons/coverage.js";
import { mount as flocking } from "../neurons/flocking.js";
import { mount as layers } from "../neurons/layers.js";
import { mount as extras } from "../race/extras_sentence.js";
import { mount as figures } from "../race/figure_table.js";
import { mount as chart } from "../race/live_chart.js";
import { mount as status } from "../race/status_line.js";
import { mount as pane } from "../race/token_pane.js";
import { mount as verdict } from "../race/verdict.js";
import { mount as quality } from "../tokens/quality.js";

// slot: class of the block, as on the live page; afresh: what it knows must be forgotten when a replay goes back
const KINDS = {
  pane: { mount: pane, slot: "pane-slot" },
  verdict: { mount: verdict, slot: "verdict-slot" },
  extras: { mount: extras, slot: "extras-slot" },
  chart: { mount: chart },
  map: { mount: neuronMap },
  status: { mount: status },
  figures: { mount: figures },
  quality: { mount: quality, afresh: true },
  look: { mount: status },
  flocking: { mount: flocking, slot: "flocking-slot" },
  coverage: { mount: coverage, slot: "chart-slot" },
  layers: { mount: layers, slot: "chart-slot" },
};

/** One component in its block: { node, mount(), follow(track, count) }. It is mounted once its block is in the page. */
export function partOf(name, words, track) {
  const { mount, slot = "", afresh = false } = KINDS[name.replace(/-\d+$/, "")];
  const element = el("div");
  const node = el("div", `block griffin-component ${slot}`, el("div", "html-container", element));
  const watchers = [];
  const props = { value: track.value, labels: words[name.replace(/-\d+$/, "")] ?? {}, fields: "" };
  const give = (value) => {
    props.value = value;
    for (const update of watchers) update();
  };
  return {
    node,
    mount: () => mount({ element, props, watch: (_, update) => watchers.push(update), trigger: () => {} }),
    follow(count) {
      const moved = track.moveTo(count);
      if (moved === "back" && afresh) give(track.start);
      if (moved) give(track.value);
    },
  };
}
