// All recordings as cards: search, order, filters, "show more". The server answers each question with a new value.
import { el, filled, hear, onValue, printable, setText } from "../common/dom.js";
import { button } from "./actions.js";
import { card } from "./card.js";
import { upload } from "./upload.js";

const PAUSE_MS = 200;
const PAGE = 24;
const ASK_AGAIN_MS = 1500;

export function mount({ element, props, watch, trigger }) {
  const words = props.labels;
  const search = el("input", "gallery-search");
  const sort = select(words.sort, words.sorts);
  const filters = new Map(words.filters.map(([name, all]) => [name, { all, node: select(all, []) }]));
  const clear = button(words.clear, () => ask({ words: "", model: "", method: "", device: "" }));
  const importing = words.mostBytes ? upload(words, imported) : null;
  const sentence = el("p", "gallery-sentence");
  const gone = el("p", "gallery-gone");
  const cards = el("div", "gallery-cards");
  const empty = el("p", "gallery-empty");
  const more = button("", () => ask({ shown: props.value.asked.shown + 2 * PAGE }, true), "plain-button gallery-more");
  const controls = [search, ...[...filters.values()].map(({ node }) => node), sort];
  const bar = el("div", "gallery-bar", ...controls, ...(importing ? [importing.node] : []));
  const line = el("div", "gallery-line", sentence, gone, clear, ...(importing ? [importing.said] : []));
  let asked = null;
  let pinned = null;
  let timer = 0;
  search.type = "search";
  search.placeholder = words.search;
  search.setAttribute("aria-label", words.search);
  sentence.setAttribute("aria-live", "polite");
  gone.setAttribute("role", "status");
  element.replaceChildren(el("section", "gallery", bar, line, empty, cards, more));

  function select(name, options) {
    const made = el("select", "gallery-select");
    made.setAttribute("aria-label", name);
    fill(made, options);
    made.addEventListener("change", () => ask({ [nameOf(made)]: made.value }));
    return made;
  }

  function nameOf(node) {
    return [...filters].find(([, filter]) => filter.node === node)?.[0] ?? "sort";
  }

  function fill(node, options) {
    const same = options.map(([value, name]) => `${value}\n${name}`).join("\n\n");
    if (node.dataset.options === same) return;
    node.dataset.options = same;
    node.replaceChildren(...options.map(([value, name]) => Object.assign(el("option", "", printable(name)), { value })));
  }

  /** keep: as many cards as before at least. */
  function ask(change, keep = false) {
    asked = { ...(asked ?? props.value.asked), ...(keep ? {} : { shown: PAGE }), ...change };
    trigger("ask", asked);
  }

  function open(id) {
    setText(gone, "");
    trigger("open", { id });
  }

  function imported(id) {
    open(id);
    ask({}, true);
  }

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ words: search.value }), PAUSE_MS);
  });

  function draw(view) {
    asked = view.asked;
    const typing = document.activeElement === search;
    if (!typing) search.value = asked.words;
    sort.value = asked.sort;
    for (const [name, { all, node }] of filters) {
      const choices = view[`${name}s`].map((choice) => [choice.value, choice.name]);
      if (asked[name] && !choices.some(([value]) => value === asked[name])) choices.push([asked[name], asked[name]]);
      fill(node, [["", all], ...choices]);
      node.value = asked[name];
      node.classList.toggle("chosen", asked[name] !== "");
    }
    setText(sentence, view.sentence);
    clear.hidden = !(asked.words || [...filters.keys()].some((name) => asked[name]));
    setText(empty, view.empty);
    empty.hidden = !view.empty;
    bar.classList.toggle("bare", Boolean(view.empty) && clear.hidden); // nothing to look through
    sentence.hidden = Boolean(view.empty) && clear.hidden;
    drawCards();
    more.hidden = view.more <= 0;
    setText(more, filled(words.more, { count: Math.min(view.more, 2 * PAGE) }));
    if (view.pending) setTimeout(() => props.value === view && element.checkVisibility() && ask({}, true), ASK_AGAIN_MS);
  }

  function drawCards() {
    cards.replaceChildren(...props.value.cards.map((one) => card(one, { words, pinned, open })));
  }

  hear("pinned", (recording) => {
    pinned = recording?.id ?? null;
    if (props.value) drawCards();
  });
  hear("recording-gone", () => {
    setText(gone, words.gone);
    ask({}, true);
  });
  onValue({ props, watch }, draw);
}
