// The card of one token: what the models think of it, and what they would have written instead. Model text only ever
// becomes text nodes.
import { el, filled, laneColour, setText } from "../common/dom.js";
import { visible } from "../common/words.js";

const GAP_PX = 6;
const EDGE_PX = 8;

function percent(probability) {
  if (probability < 0.001) return "< 0.1 %";
  return `${(probability * 100).toFixed(probability < 0.0995 ? 1 : 0)} %`;
}

/** `choose(tokenId)`: an alternative was pressed; with `labels.still` they are only to be read. */
export function makeCard(labels, choose) {
  const token = el("span", "card-token");
  const place = el("span", "card-place");
  const facts = el("dl", "card-facts");
  const columns = el("div", "card-columns");
  const card = el("div", "token-card", el("header", "card-head", token, place), facts, columns, el("p", "card-foot", labels.foot));
  card.popover = "manual";
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", labels.name);
  card.addEventListener("click", (event) => {
    const choice = event.target.closest("button.card-choice");
    if (choice) choose(Number(choice.value));
  });
  card.addEventListener("keydown", moveAmongChoices);

  function fact(name, value) {
    return el("div", "", el("dt", "", name), el("dd", "", value));
  }

  function judged(row) {
    const share = percent(row.probability);
    return filled(row.rank === 0 ? labels.first : labels.later, { share, rank: row.rank + 1 });
  }

  function factsOf(texts, index) {
    const rows = texts.all.map((reading) => fact(reading.name, judged(reading.row(index))));
    if (!texts.pruned) return rows;
    if (index < texts.forced) return [...rows, el("div", "card-note", labels.forced)];
    if (index === 0) return [...rows, el("div", "card-note", labels.given)];
    const { kl, coverage } = texts.pruned.row(index);
    return [
      ...rows,
      fact(labels.kl, `${kl.toFixed(2)} ${labels.nats}`),
      fact(labels.coverage, `${(coverage * 100).toFixed(0)} %`),
    ];
  }

  function choiceOf(one, word, written) {
    const bar = el("span", "card-bar");
    const choice = el(labels.still ? "span" : "button", "card-choice", bar);
    choice.append(el("span", "card-word", visible(word, labels.blank)));
    if (written) choice.append(el("span", "card-written", labels.written));
    choice.append(el("span", "card-share", percent(one.probability)));
    bar.style.width = `${one.probability * 100}%`;
    return labels.still ? choice : Object.assign(choice, { type: "button", value: one.id });
  }

  function columnOf(reading, index, words) {
    const { best, rank } = reading.row(index);
    const word = (one) => words.get(one.id) ?? "";
    // the rank is the written token's place in this list; its text would not do, for two tokens may look alike
    const list = el("ul", "", ...best.map((one, at) => el("li", "", choiceOf(one, word(one), at === rank))));
    const column = el("section", "card-column", el("h3", "", el("span", "swatch"), reading.name), list);
    column.style.setProperty("--lane", laneColour(reading.lane));
    return column;
  }

  function moveAmongChoices(event) {
    const lists = [...columns.children].map((column) => [...column.querySelectorAll("button.card-choice")]);
    const at = lists.findIndex((list) => list.includes(document.activeElement));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = lists[at].indexOf(document.activeElement);
    const next = {
      ArrowDown: () => lists[at][row + 1],
      ArrowUp: () => lists[at][row - 1],
      ArrowRight: () => lists[at + 1]?.[row],
      ArrowLeft: () => lists[at - 1]?.[row],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    next()?.focus();
  }

  return {
    node: card,

    fill(piece, index, texts, words) {
      card.classList.remove("promising");
      setText(token, visible(piece, labels.blank));
      setText(place, filled(labels.place, { number: index + 1 }));
      facts.replaceChildren(...factsOf(texts, index));
      columns.replaceChildren(...texts.all.map((reading) => columnOf(reading, index, words)));
    },

    /** What a token says that no model has read yet. */
    promise(piece, index) {
      setText(token, visible(piece, labels.blank));
      setText(place, filled(labels.place, { number: index + 1 }));
      facts.replaceChildren(el("p", "card-note", labels.unread));
      columns.replaceChildren();
      card.classList.add("promising");
    },

    /** Below the token where there is room, else above; never beyond the window's edges. */
    showAt(span) {
      const edge = document.body.clientWidth - EDGE_PX; // without the scrollbar and its gutter
      card.style.maxWidth = `${edge - EDGE_PX}px`;
      if (!card.matches(":popover-open")) card.showPopover();
      const at = span.getClientRects()[0] ?? span.getBoundingClientRect();
      const { width, height } = card.getBoundingClientRect();
      const below = at.bottom + GAP_PX;
      const above = at.top - GAP_PX - height;
      const room = window.innerHeight - EDGE_PX - height;
      const top = below <= room ? below : above >= EDGE_PX ? above : room;
      const left = Math.min(at.left - 12, edge - width);
      card.style.top = `${Math.max(top, EDGE_PX)}px`;
      card.style.left = `${Math.max(left, EDGE_PX)}px`;
    },

    hide() {
      if (card.matches(":popover-open")) card.hidePopover();
    },

    enter() {
      card.querySelector("button.card-choice")?.focus();
    },
  };
}
