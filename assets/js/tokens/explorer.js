// Marks under a pane's tokens, and the card that opens over one of them: by pointer, by finger and by keys.
import { hear, tell } from "../common/dom.js";
import { makeCard } from "./card.js";
import { markOf } from "./reading.js";

const OPEN_MS = 120;
const CLOSE_MS = 250;
const PROMISE_MS = 6000;

/**
 * body: the scrolling box; text: its element whose child spans are the tokens; spans(): those; piece(index): its text.
 * branch(index, tokenId): the visitor chose another token.
 */
export function explore({ body, text, spans, piece, labels, branch }) {
  const card = makeCard(labels, choose);
  let texts = null;
  let words = new Map();
  let known = { run: null, texts: new Map(), words };
  let shown = { run: "", lane: 0 };
  let mode = "off";
  let roving = null;
  let open = null;
  let waiting = false; // whether the open card only says that its token is still to be read
  let timer = 0;

  hear("marks", (chosen) => {
    mode = chosen;
    draw();
  });
  hear("quality", (quality) => {
    known = quality;
    meet();
  });
  hear("card", (owner) => owner !== card && hide());

  /** What is known counts for the race that is on the screen. */
  function meet() {
    const ours = known.run !== "" && known.run === shown.run;
    texts = (ours && known.texts.get(shown.lane)) || null;
    words = known.words;
    if (count() === 0 && !waiting) hide();
    if (waiting && spans().indexOf(open) < count()) show(open);
    draw();
  }

  function count() {
    return texts ? Math.min(texts.length, spans().length) : 0;
  }

  function draw() {
    const read = count();
    spans().forEach((span, index) => {
      const { height, striped } = index < read ? markOf(mode, texts, index, known.range) : { height: 0, striped: false };
      if (height) span.dataset.mark = height;
      else delete span.dataset.mark;
      span.toggleAttribute("data-striped", striped);
    });
    text.classList.toggle("explorable", read > 0);
    rove(read ? (roving && spans().indexOf(roving) < read && roving.isConnected ? roving : spans()[0]) : null);
  }

  /** One token at a time can be reached by Tab; without any, the box itself. */
  function rove(span) {
    body.tabIndex = span ? -1 : 0;
    if (span === roving) return;
    for (const name of ["tabindex", "role", "aria-haspopup"]) roving?.removeAttribute(name);
    roving = span;
    if (!span) return;
    span.tabIndex = 0;
    span.setAttribute("role", "button");
    span.setAttribute("aria-haspopup", "dialog");
  }

  function show(span) {
    const index = spans().indexOf(span);
    clearTimeout(timer);
    if (index < 0 || index >= count()) return;
    if (open !== span || waiting) {
      open?.classList.remove("token-open");
      waiting = false;
      card.fill(piece(index), index, texts, words);
      span.classList.add("token-open");
      open = span;
      tell("card", card);
    }
    card.showAt(span);
  }

  /** A token that no model has read yet was pressed: say so, and tell about it as soon as it has been. */
  function promise(span) {
    open?.classList.remove("token-open");
    card.promise(piece(spans().indexOf(span)), spans().indexOf(span));
    span.classList.add("token-open");
    open = span;
    waiting = true;
    tell("card", card);
    card.showAt(span);
    soon(() => waiting && hide(), PROMISE_MS);
  }

  function hide() {
    clearTimeout(timer);
    waiting = false;
    open?.classList.remove("token-open");
    open = null;
    card.hide();
  }

  function soon(action, ms) {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  }

  /** Whether the card was opened by keys or a press, so that the pointer's leaving does not close it. */
  function held() {
    return card.node.contains(document.activeElement) || (open !== null && document.activeElement === open);
  }

  function choose(tokenId) {
    const index = spans().indexOf(open);
    hide();
    body.tabIndex = 0; // the tokens are about to be replaced: the focus must not fall out of the pane
    body.focus({ preventScroll: true });
    if (index >= 0) branch(index, tokenId);
  }

  function go(span) {
    if (!span) return;
    rove(span);
    span.focus({ preventScroll: true });
    span.scrollIntoView({ block: "nearest" });
    show(span);
  }

  /** The token in the next line (step 1) or the one before (-1) that lies nearest. */
  function otherLine(step) {
    const here = roving.getBoundingClientRect();
    const list = spans().slice(0, count());
    const way = step > 0 ? list.slice(list.indexOf(roving) + 1) : list.slice(0, list.indexOf(roving)).reverse();
    const rects = way.map((span) => ({ span, rect: span.getClientRects()[0] ?? span.getBoundingClientRect() }));
    const next = rects.find(({ rect }) => (rect.top - here.top) * step > here.height / 2);
    const line = rects.filter(({ rect }) => next && Math.abs(rect.top - next.rect.top) < here.height / 2);
    const distance = ({ rect }) => Math.abs(rect.left - here.left);
    return line.sort((one, two) => distance(one) - distance(two))[0]?.span;
  }

  text.addEventListener("keydown", (event) => {
    if (event.target !== roving || event.ctrlKey || event.metaKey || event.altKey) return;
    const list = spans().slice(0, count());
    const at = list.indexOf(roving);
    const keys = {
      ArrowRight: () => go(list[at + 1]),
      ArrowLeft: () => go(list[at - 1]),
      ArrowDown: () => go(otherLine(1)),
      ArrowUp: () => go(otherLine(-1)),
      Home: () => go(list[0]),
      End: () => go(list.at(-1)),
      Enter: () => (show(roving), card.enter()),
      " ": () => (show(roving), card.enter()),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  for (const node of [text, card.node]) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !open) return;
      event.stopPropagation(); // elsewhere Escape stops the run
      open.focus({ preventScroll: true }); // before hiding: a token that gets the focus opens its card
      hide();
    });
    node.addEventListener("focusout", (event) => {
      const stays = event.relatedTarget === open || card.node.contains(event.relatedTarget);
      if (open && !stays) soon(hide, CLOSE_MS);
    });
  }

  text.addEventListener("focusin", (event) => {
    if (event.target === roving && roving.matches(":focus-visible")) show(roving);
  });

  text.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || event.buttons !== 0 || held()) return;
    const span = event.target.closest(".pane-text > span");
    if (spans().includes(span)) soon(() => show(span), OPEN_MS);
  });
  text.addEventListener("pointerleave", () => held() || soon(hide, CLOSE_MS));
  card.node.addEventListener("pointerenter", () => clearTimeout(timer));
  card.node.addEventListener("pointerleave", () => held() || soon(hide, CLOSE_MS));

  text.addEventListener("click", (event) => {
    const span = event.target.closest(".pane-text > span");
    const index = spans().indexOf(span);
    if (index < 0 || !getSelection().isCollapsed) return;
    if (index >= count()) return promise(span);
    rove(span);
    span.focus({ preventScroll: true });
    show(span);
  });

  for (const [target, name] of [[body, "scroll"], [window, "scroll"], [window, "resize"]]) {
    target.addEventListener(name, () => open && follow(), { passive: true });
  }

  /** Scrolling takes the card along, and closes it once its token is out of sight. */
  function follow() {
    const box = body.getBoundingClientRect();
    const at = open.getBoundingClientRect();
    if (at.bottom < box.top || at.top > box.bottom) hide();
    else card.showAt(open);
  }

  return {
    node: card.node,

    /** The pane shows lane `lane` of race `run`; its spans are up to date. */
    update(run, lane) {
      if (run === shown.run && lane === shown.lane && !texts) return; // nothing to mark while the race is on
      shown = { run, lane };
      meet();
    },
  };
}
