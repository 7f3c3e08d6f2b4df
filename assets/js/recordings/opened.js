// One recording: what it is, its replay in a frame, and what can be done with it. Hidden while none is opened.
import { el, fillFigures, filled, hear, onValue, printable, setText, tell } from "../common/dom.js";
import { button, copyButton, deleteButton, linkTo } from "./actions.js";
import { replayFrame } from "./frame.js";
import { dropKey, keyOf } from "./keys.js";

const CLOSED = { id: "", trouble: "" };

export function mount({ element, props, watch, trigger }) {
  const words = props.labels;
  const back = button(`← ${words.back}`, close, "link-button opened-back");
  const heading = el("h2", "opened-title");
  const badges = el("span", "card-badges");
  const facts = el("dl", "opened-facts");
  const trouble = el("p", "opened-trouble");
  const run = button(words.run, runHere, "solid-button");
  const pin = button(words.pin, () => tell("pinned", pinned?.id === view.id ? null : brief()), "plain-button");
  const compare = button("", () => trigger("compare", { id: view.id, with: pinned.id }), "plain-button");
  const apart = el("a", "link-button", words.window);
  const downloads = el("div", "opened-downloads");
  const saving = el("details", "opened-saving", el("summary", "plain-button", words.downloads), downloads);
  const copy = copyButton(words, () => view.id);
  const remove = deleteButton(words, () => trigger("remove", { id: view.id, key: keyOf(view.id) ?? "" }));
  const actions = el("div", "opened-actions", run, pin, compare, saving, apart, copy, remove);
  const frame = replayFrame(words.loading);
  const body = el("div", "opened-body", facts, actions, frame.place);
  const section = el("section", "opened", el("header", "opened-head", back, heading, badges), trouble, body);
  let view = CLOSED;
  let pinned = null;
  let told = ""; // the deletion that the other views know of
  apart.target = "_blank";
  trouble.setAttribute("role", "alert");
  heading.tabIndex = -1;
  element.replaceChildren(section);

  const brief = () => ({ id: view.id, title: view.title });

  function close() {
    props.value = { ...props.value, ...CLOSED };
    draw(props.value);
    document.querySelector(".gallery-search")?.focus({ preventScroll: true });
  }

  function leave(id) {
    dropKey(id);
    tell("recording-gone", id);
  }

  function runHere() {
    address("");
    trigger("run", { id: view.id });
  }

  function drawPin() {
    const isThis = pinned?.id === view.id;
    setText(pin, isThis ? words.unpin : words.pin);
    pin.setAttribute("aria-pressed", String(isThis));
    pin.hidden = !view.replay;
    apart.hidden = !view.replay;
    compare.hidden = !pinned || isThis || !view.replay;
    setText(compare, pinned ? filled(words.compare, { title: printable(pinned.title) }) : "");
  }

  function drawDownloads() {
    const links = view.downloads.map(({ name, address, hover }) => {
      const link = el("a", "download", el("span", "download-name", name), el("span", "download-hover", hover));
      link.href = new URL(address, document.baseURI).href;
      link.download = "";
      return link;
    });
    saving.open = false;
    downloads.replaceChildren(...links);
  }

  function drawBadges() {
    badges.replaceChildren();
    if (view.sample) badges.append(el("span", "badge badge-sample", words.sample));
    const kind = view.flaw === words.stopped ? "badge" : "badge badge-flaw"; // stopping is nothing wrong
    if (view.flaw) badges.append(Object.assign(el("span", kind, view.flaw), { title: view.why }));
  }

  function draw(next) {
    const before = view.id;
    view = next;
    const shown = Boolean(view.id);
    section.hidden = !shown && !view.trouble;
    element.closest(".recordings")?.classList.toggle("has-opened", shown);
    setText(trouble, view.trouble);
    trouble.hidden = !view.trouble;
    body.hidden = !shown;
    back.hidden = !shown;
    setText(heading, shown ? printable(view.title) : "");
    address(view.id);
    if (view.gone && view.gone !== told) leave((told = view.gone));
    if (!shown) return frame.show("");
    drawBadges();
    fillFigures(facts, view.facts.map((fact) => fact.map(printable)));
    drawDownloads();
    drawPin();
    run.hidden = !words.live || !view.runs;
    remove.hidden = view.sample || keyOf(view.id) === undefined;
    apart.href = view.replay && new URL(view.replay, document.baseURI).href;
    frame.show(view.replay, filled(words.frame, { title: printable(view.title) }));
    if (view.id !== before && before !== null) heading.focus({ preventScroll: true });
  }

  /** The page's address names what is open, so that a reload or a bookmark brings it back. */
  function address(id) {
    const now = new URLSearchParams(location.search).get("session");
    if ((now ?? "") === id || (!id && (now === null || view.trouble))) return;
    try {
      history.replaceState(history.state, "", linkTo(id));
    } catch {
      // a frame of another site may not; the link can still be copied
    }
  }

  document.addEventListener("click", (event) => saving.contains(event.target) || (saving.open = false));
  saving.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !saving.open) return;
    event.stopPropagation();
    saving.open = false;
    saving.querySelector("summary").focus();
  });
  hear("pinned", (recording) => {
    pinned = recording;
    drawPin();
  });
  hear("recording-gone", (id) => {
    if (id === view.id) close();
    if (id === pinned?.id) tell("pinned", null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target === document.body || section.contains(event.target)) frame.press(event);
  });
  onValue({ props, watch }, draw);
}
