// What "Show me" does: presses the page's own buttons as a visitor would, waits, and marks the part a step speaks of.
// A run that goes on is never disturbed. Knows the page's selectors; knows no panel.
import { calmMotion } from "../common/dom.js";

const MAP = ".race-charts .panel:has(.map-canvas)";
const LAST_PANE = ".race-lanes > .block.pane-slot:nth-last-child(1 of .block.pane-slot) .pane";
const SCENES = {
  neuron: { tab: "race", part: MAP },
  flocking: { tab: "neurons", part: ".flock", picture: ".neurons:not(.veiled) .flock-part" },
  selection: { tab: "race", part: MAP },
  speed: { tab: "race", part: ".verdict" },
  breaks: { tab: "race", part: ".race-lanes", stacked: LAST_PANE, example: "breaks" },
};
const PATIENCE_MS = 15_000;
const LOOK_MS = 60;
const STACKED = "(max-width: 899px)"; // as in race.css: one column
const SHEET = "(max-width: 1099px)"; // as in tour.css: the panel lies below the page

/**
 * Play a step's scene. examples: names of those to press, `first` and `breaks`. current(): false once the visitor
 * has gone on; tell(what, name): "running" when a run of that example begins, "looking" while a picture is awaited.
 * "filling" or "after" while another run goes on. Returns what came of it: "shown", "busy", "vote", "failed" or "gone".
 */
export async function play(key, examples, { current, tell }) {
  const { tab, example, stacked, picture } = SCENES[key];
  const part = (matchMedia(STACKED).matches && stacked) || SCENES[key].part;
  if (isRunning()) {
    if (example) return "busy";
    await mark(tab, part);
    tell(picture ? "after" : "filling", "");
    await until(() => !isRunning(), Infinity, current);
    if (!current()) return "gone";
    if (waitsForVote()) return "vote";
    if (!isDone()) return "failed";
    if (picture) return lookedAt(picture, { current, tell });
    return "shown";
  }
  if (waitsForVote()) return "vote"; // another run would throw the answers away
  if (example || !isDone()) {
    const name = examples[example ?? "first"];
    if (!(await race(name, () => tell("running", name)))) return "failed";
    // In the race tab the picture fills under the visitor's eyes; another tab has something to show at the end.
    if (tab !== "race") await until(() => !isRunning(), Infinity, current);
    else await mark(tab, part);
    await until(() => !isRunning(), Infinity, current);
    if (!current()) return "gone";
    if (!isDone()) return "failed";
  }
  if (!(await mark(tab, part))) return "failed";
  return picture ? lookedAt(picture, { current, tell }) : "shown";
}

/** Wait for what the closer look draws. */
async function lookedAt(picture, { current, tell }) {
  if (!document.querySelector(picture)) {
    tell("looking", "");
    await until(() => document.querySelector(picture) || lookEnded(), Infinity, current);
  }
  return current() ? "shown" : "gone";
}

/** Take the mark off. */
export function unmark() {
  document.querySelectorAll("[data-tour-mark]").forEach((node) => delete node.dataset.tourMark);
}

/** Press the example, then Run; resolves to whether a run began. */
async function race(name, began) {
  openTab("race");
  const blind = document.querySelector("#blind input");
  if (blind?.checked) blind.click(); // the tour speaks of both by name
  if (!(await press(name))) return false;
  const before = failed(); // an earlier error stays on the screen until a run has begun
  document.getElementById("run").click();
  if (!(await until(() => isRunning() || failed() !== before, PATIENCE_MS))) return false;
  if (failed() && !before) return false;
  began();
  return true;
}

/** Press an example and wait until the server has filled the fields. */
function press(name) {
  const chips = [...document.querySelectorAll(".examples-slot button")];
  const chip = chips.find((one) => (one.querySelector(".breaks-name") ?? one).textContent === name);
  if (!chip) return false;
  return new Promise((resolve) => {
    const done = (filled) => {
      clearTimeout(timer);
      document.removeEventListener("griffin:filled", yes);
      resolve(filled);
    };
    const yes = () => setTimeout(() => done(true), LOOK_MS); // once Gradio has put the values in place
    const timer = setTimeout(() => done(false), PATIENCE_MS);
    document.addEventListener("griffin:filled", yes);
    chip.click();
  });
}

/** Show a tab, mark a part of it and bring it into view; resolves to whether it is there. */
async function mark(tab, part) {
  openTab(tab);
  if (!(await until(() => document.querySelector(part)?.checkVisibility(), PATIENCE_MS))) return false;
  const node = document.querySelector(part);
  unmark();
  node.dataset.tourMark = "";
  const block = matchMedia(SHEET).matches ? "start" : "nearest";
  node.scrollIntoView({ block, behavior: calmMotion() ? "auto" : "smooth" });
  return true;
}

function openTab(name) {
  const tab = document.querySelector(`.tab-wrapper [data-tab-id="${name}"]`);
  if (tab?.getAttribute("aria-selected") !== "true") tab?.click();
}

const phase = () => document.querySelector(".race .status")?.dataset.phase;
const isRunning = () => document.getElementById("stop")?.disabled === false;
const isDone = () => phase() === "done";
const waitsForVote = () => document.querySelector(".race .ballot")?.hidden === false;
const lookEnded = () =>
  !document.querySelector(".neurons.veiled") &&
  ["done", "cancelled", "error"].includes(document.querySelector(".neurons .status")?.dataset.phase);
const failed = () => phase() === "error";

/** Resolves to whether `met` came true within `patience_ms`, while `current` holds. */
async function until(met, patience_ms, current = () => true) {
  const end = performance.now() + patience_ms;
  while (!met()) {
    if (performance.now() > end || !current()) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}
