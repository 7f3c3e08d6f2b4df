// Says when the closer look on the screen is not one at the race on the screen, and dims it; while a blind run waits
// for its vote it is hidden, because it names the answers. Knows no figures.
import { el, hear, setText, tell } from "../common/dom.js";

const WRITING = new Set(["warming", "reading", "running"]);

export function mount({ element, props }) {
  const { racing, sealed, before } = props.labels;
  const note = el("p", "veil-note");
  let race = { run: "", phase: "idle" };
  let blind = false;
  let looked = "";
  note.setAttribute("aria-live", "polite");
  element.replaceChildren(note);

  function draw() {
    const raced = race.run !== "";
    const writing = raced && (WRITING.has(race.phase) || race.phase === "idle"); // idle: it waits in the line
    const words = blind ? sealed : writing ? racing : raced && looked && looked !== race.run ? before : "";
    const tab = element.closest(".neurons");
    setText(note, words);
    tab?.classList.toggle("veiled", words !== "");
    tab?.classList.toggle("sealed", blind);
    tell("veil", words);
  }

  hear("verdict-phase", (now) => {
    race = now;
    draw();
  });
  hear("blind", (now) => {
    blind = now;
    draw();
  });
  hear("quality", ({ run }) => {
    looked = run;
    draw();
  });
  draw();
}
