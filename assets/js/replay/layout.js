// The page of a replay: header, prompt, the blocks of the race and of the closer look. Knows blocks; knows no clock.
import { el } from "../common/dom.js";

const column = (name, ...children) => el("div", `column ${name}`, ...children);
const row = (name, ...children) => el("div", `row ${name}`, ...children);

/** What was recorded, where and when. Every text came from a file: text nodes only. */
export function header(head, words) {
  const badge = el("span", "replay-badge", el("i", "replay-dot"), head.badge);
  const facts = el("p", "replay-facts", el("span", "", head.machine), " · ", el("span", "", head.versions));
  const title = el("h1", "replay-title", head.title);
  const node = el("header", "replay-head", row("replay-heading", title, badge), facts);
  facts.append(...head.tags.map((tag) => el("span", "replay-tag", tag)));
  if (head.note) node.append(el("p", "replay-note", head.note));
  node.append(prompt(head, words));
  return node;
}

function prompt(head, words) {
  const excerpt = el("span", "replay-excerpt", head.prompt.slice(0, 300));
  const box = el("details", "replay-prompt", el("summary", "", el("b", "", words.prompt), " ", excerpt));
  if (head.system) box.append(el("h2", "", words.system), el("p", "replay-text", head.system), el("h2", "", words.prompt));
  box.append(el("p", "replay-text", head.prompt));
  if (head.template) box.append(el("p", "replay-template", head.template));
  return box;
}

/** The race as on the live page. `block(name)`: the node of a component, or an empty one where there is none. */
export function raceBlocks(lanes, looked, block) {
  const race = column(
    "race",
    block("status"),
    row("race-lanes", block("pane-0"), block("verdict"), block("pane-1")),
    ...(looked ? [block("quality")] : []),
  );
  for (let lane = 2; lane < lanes; lane += 2) {
    const between = lane === 2 ? block("extras") : el("div", "block extras-slot");
    race.append(row("race-extras", block(`pane-${lane}`), between, block(`pane-${lane + 1}`)));
  }
  race.append(row("race-charts", block("chart"), block("map")), block("figures"));
  return race;
}

/** The closer look. */
export function lookBlocks(words, block) {
  const heading = el("h2", "replay-section", words.neurons);
  const status = row("neurons-status", heading, block("look"));
  return column("neurons", status, block("flocking"), row("neurons-charts", block("layers"), block("coverage")));
}
