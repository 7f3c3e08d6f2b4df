// One recording in the gallery. Its title is a real link, so that it opens in a new window, too.
import { el, printable } from "../common/dom.js";
import { linkTo } from "./actions.js";
import { keyOf } from "./keys.js";

/** words: the gallery's labels; pinned: id of the recording that waits to be compared. `open(id)`: a plain press. */
export function card(view, { words, pinned, open }) {
  const title = el("a", "card-title", printable(view.title));
  title.href = linkTo(view.id);
  title.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(view.id);
  });
  const badges = el("span", "card-badges");
  const badge = (name, hover, kind) => {
    const made = el("span", `badge ${kind}`, name);
    made.title = hover;
    badges.append(made);
  };
  if (view.sample) badge(words.sample, "", "badge-sample");
  if (view.flaw) badge(view.flaw, view.why, view.flaw === words.stopped ? "" : "badge-flaw");
  if (view.id === pinned) badge(words.pinned, "", "badge-pinned");
  if (keyOf(view.id)) badge(words.own, words.yours, "badge-own");
  const number = el("span", "card-number", view.speedup || "–");
  number.classList.toggle("unclear", !view.speedup || !view.clear);
  const speed = [view.speedup && words.speed, view.speedup && !view.clear && words.unclear].filter(Boolean).join(", ");
  const lines = [view.lanes, view.model, view.device].filter(Boolean).map((text) => el("p", "card-line", printable(text)));
  const foot = el("p", "card-date", view.date, ...view.tags.map((tag) => el("span", "tag", printable(tag))));
  return el(
    "article",
    "recording-card",
    el("header", "card-top", title, badges),
    ...(view.prompt ? [el("p", "card-prompt", printable(view.prompt))] : []),
    el("p", "card-speed", number, el("span", "card-said", el("span", "", speed), el("span", "", view.agreement))),
    ...lines,
    foot,
  );
}
