// The guided tour: a slim panel beside the page, opened by its button or by a link (?tour=3, #tour-3). It never starts
// by itself and never hides the page. Knows the panel; `scenes` acts on the page, `drawings` draws.
import { drawing } from "./drawings.js";
import { play, unmark } from "./scenes.js";
import { el, filled, onValue, setText } from "../common/dom.js";

export function mount({ element, props, watch }) {
  const words = props.labels;
  const opener = button("quiet-button tour-opener", words.open);
  const place = el("span", "tour-place");
  const skip = button("quiet-button tour-skip", words.skip);
  const picture = el("div", "tour-picture");
  const title = el("h2", "tour-title");
  const text = el("p", "tour-text");
  const show = button("tour-show", words.show);
  const note = el("p", "tour-note");
  const back = button("tour-step-button", words.back);
  const next = button("tour-step-button", words.next);
  const dots = el("ol", "tour-dots");
  const panel = el(
    "aside",
    "tour",
    el("header", "tour-head", place, skip),
    picture,
    el("div", "tour-words", title, text),
    el("div", "tour-act", show, note),
    el("footer", "tour-foot", back, dots, next),
  );
  let steps = [];
  let at = null; // index of the open step; null: closed
  let turn = 0; // of pressing "Show me": what an earlier press still waits for is dropped
  panel.hidden = true;
  panel.setAttribute("aria-label", words.name);
  title.tabIndex = -1;
  dots.setAttribute("aria-hidden", "true");
  note.setAttribute("role", "status");
  opener.setAttribute("aria-expanded", "false");
  element.replaceChildren(opener);
  document.querySelector(".gradio-container").append(panel);

  function go(index) {
    if (index < 0) return;
    if (index >= steps.length) return close();
    const step = steps[index];
    at = index;
    turn += 1;
    panel.hidden = false;
    panel.dataset.step = step.key;
    document.body.dataset.tour = "open";
    opener.setAttribute("aria-expanded", "true");
    setText(place, filled(words.place, { step: index + 1, steps: steps.length }));
    setText(title, step.title);
    setText(text, step.words);
    setText(note, "");
    setText(skip, index === steps.length - 1 ? words.close : words.skip);
    setText(next, index === steps.length - 1 ? words.end : words.next);
    back.disabled = index === 0;
    picture.replaceChildren(drawing(step.key, words.drawings, step.drawing));
    [...dots.children].forEach((dot, one) => dot.classList.toggle("here", one === index));
    unmark();
    address(`tour-${index + 1}`);
  }

  /** Open a step and take the focus, so that arrow keys and screen readers are there. */
  function open(index) {
    go(index);
    title.focus({ preventScroll: true });
  }

  function close() {
    at = null;
    turn += 1;
    panel.hidden = true;
    delete document.body.dataset.tour;
    opener.setAttribute("aria-expanded", "false");
    unmark();
    address("");
    opener.focus({ preventScroll: true });
  }

  async function showMe() {
    const mine = ++turn;
    const { key, look } = steps[at];
    const said = await play(key, props.value.examples, {
      current: () => mine === turn,
      tell: (what, name) => mine === turn && setText(note, filled(words[what], { name })),
    });
    if (mine !== turn) return;
    setText(note, said === "shown" ? look : words[said]);
    show.focus({ preventScroll: true }); // what was pressed on the page may have taken it
  }

  opener.addEventListener("click", () => (at === null ? open(0) : close()));
  skip.addEventListener("click", close);
  back.addEventListener("click", () => {
    go(at - 1);
    if (back.disabled) next.focus();
  });
  next.addEventListener("click", () => go(at + 1));
  show.addEventListener("click", showMe);
  panel.addEventListener("keydown", (event) => {
    const act = { ArrowRight: () => at + 1 < steps.length && go(at + 1), ArrowLeft: () => go(at - 1), Escape: close };
    if (!act[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // Escape outside the panel stops a run
    act[event.key]();
  });
  window.addEventListener("hashchange", () => linked() !== null && open(linked()));

  /** The step that the address asks for, or null. */
  function linked() {
    const asked = new URLSearchParams(location.search).get("tour");
    const found = location.hash.match(/^#tour(?:-(\d+))?$/) ?? (asked === null ? null : ["", asked]);
    if (!found) return null;
    const step = Number(found[1] || 1) - 1;
    return Number.isInteger(step) && step >= 0 && step < steps.length ? step : null;
  }

  onValue({ props, watch }, (value) => {
    const fresh = !steps.length;
    steps = value.steps;
    dots.replaceChildren(...steps.map(() => el("li")));
    if (fresh && linked() !== null) open(linked());
  });
}

/** Name the open step in the address, so that it can be passed on; a step asked for by ?tour= is now the fragment's. */
function address(fragment) {
  const here = new URL(location.href);
  here.searchParams.delete("tour");
  here.hash = fragment;
  if (here.href !== location.href) history.replaceState(history.state, "", here);
}

function button(className, text) {
  const made = el("button", className, text);
  made.type = "button";
  return made;
}
