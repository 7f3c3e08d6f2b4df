// One lane's text as it is written, and its line of figures. Model text only ever becomes text nodes.
import { GrowingList, el, fillFigures, laneColour, laneInk, onValue, printable, setText, tell } from "../common/dom.js";
import { explore } from "../tokens/explorer.js";

const NEAR_END_PX = 32;
const LINE_PX = 23;

export function mount({ element, props, watch, trigger }) {
  const { copy, copied, differs, reading, branched, back, backHover, end, card } = props.labels;
  const title = el("h2", "pane-title");
  const subtitle = el("span", "pane-subtitle");
  const copyButton = el("button", "quiet-button", copy);
  const text = el("div", "pane-text");
  const note = el("p", "pane-note");
  const body = el("div", "pane-body", text, note);
  const figures = el("dl", "figures");
  const flag = el("span", "pane-flag", differs);
  const sharedFlag = el("span", "pane-flag pane-shared-flag");
  const backButton = el("button", "pane-back", back);
  const branchFlag = el("span", "pane-flag pane-branch", branched, backButton);
  const pane = el(
    "section",
    "panel pane",
    el("header", "panel-head", el("span", "swatch"), el("div", "pane-names", title, subtitle), copyButton),
    body,
    figures,
  );
  const pieces = new GrowingList();
  let spans = [];
  let lane = 0;
  let left = true; // whether the visitor has left the scrolling to the page
  let run = null;
  const explorer = explore({
    body,
    text,
    spans: () => spans,
    piece: (index) => pieces.items[index],
    labels: card,
    branch: (index, tokenId) => {
      tell("hint", ""); // what an example shows is not said of a branch
      trigger("branch", { lane, index, token_id: tokenId });
    },
  });

  copyButton.type = backButton.type = "button";
  backButton.title = backHover;
  backButton.setAttribute("aria-label", backHover);
  backButton.addEventListener("click", () => trigger("back"));
  text.style.setProperty("--end", JSON.stringify(end));
  body.setAttribute("role", "region");
  element.replaceChildren(pane, explorer.node);

  for (const touch of ["wheel", "pointerdown", "touchstart", "keydown"]) {
    body.addEventListener(touch, () => (left = false), { passive: true });
  }

  copyButton.addEventListener("click", async () => {
    if (!(await writeClipboard(pieces.items.join("")))) return;
    nameButton(copied);
    setTimeout(() => nameButton(copy), 1500);
  });

  /** The name that is read aloud says which pane, and changes with the one that is seen. */
  function nameButton(word) {
    setText(copyButton, word);
    copyButton.setAttribute("aria-label", `${word}: ${title.textContent}`);
  }

  function append() {
    const fragment = document.createDocumentFragment();
    for (const piece of pieces.items.slice(spans.length)) {
      spans.push(tokenSpan(printable(piece)));
      fragment.append(spans.at(-1));
    }
    text.append(fragment);
  }

  function markDivergence(index) {
    const first = spans[index ?? -1];
    if (first && flag.nextSibling === first) return;
    text.querySelector(".pane-differs")?.classList.remove("pane-differs"); // a replay may have gone back
    if (!first) return flag.remove();
    first.before(flag);
    first.classList.add("pane-differs");
  }

  /** A written answer is shown where it parts from the other; else that place may be out of sight. */
  function showParting() {
    if (!left || !flag.isConnected) return;
    const down = flag.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTop += Math.round(down - LINE_PX * 1.5);
  }

  /** The token that ended the answer has no text: a small word stands for it. */
  function markEnd(ended) {
    text.querySelector(".pane-end")?.classList.remove("pane-end");
    if (ended && pieces.items.at(-1) === "") spans.at(-1)?.classList.add("pane-end");
  }

  /** What stands before the branch is shared by all lanes; `shared` says whose it is. */
  function markBranch(index, shared) {
    setText(sharedFlag, shared);
    if (!shared || !spans[0]) sharedFlag.remove();
    else if (text.firstChild !== sharedFlag) text.prepend(sharedFlag);
    const first = spans[index ?? -1];
    spans.slice(0, index ?? 0).forEach((span) => span.classList.add("pane-shared"));
    if (!first) return branchFlag.remove();
    if (branchFlag.nextSibling !== first) first.before(branchFlag);
  }

  onValue({ props, watch }, (view) => {
    lane = view.lane;
    pane.hidden = view.title === ""; // the grid closes up by itself
    if (pieces.update(view.run, view.pieces)) {
      text.replaceChildren();
      spans = [];
    }
    for (const span of spans.splice(pieces.items.length)) span.remove();
    pane.dataset.phase = view.phase;
    pane.style.setProperty("--lane", laneColour(view.lane));
    pane.style.setProperty("--lane-ink", laneInk(view.lane));
    setText(title, view.title);
    setText(subtitle, view.subtitle);
    subtitle.title = view.subtitle;
    body.setAttribute("aria-label", view.title);
    copyButton.disabled = pieces.items.length === 0;
    nameButton(copyButton.textContent);
    fillFigures(figures, view.figures);
    const following = body.scrollHeight - body.scrollTop - body.clientHeight < NEAR_END_PX;
    append();
    markBranch(view.branched_at, view.shared);
    markDivergence(view.diverges_at);
    setText(note, view.note || (view.phase === "reading" && !spans.length ? reading : ""));
    backButton.hidden = !back || !["done", "error"].includes(view.phase);
    markEnd(view.ended);
    if (run !== view.run) left = true;
    run = view.run;
    if (view.phase === "done") showParting();
    else if (following) body.scrollTop = body.scrollHeight;
    if (!pane.hidden) tell("race", view.run);
    explorer.update(view.run, lane);
  });
}

/** The word stands apart from the space before it: a mark belongs under the word, and lines break between the two. */
function tokenSpan(text) {
  return text.startsWith(" ") ? el("span", "spaced", " ", el("span", "word", text.slice(1))) : el("span", "", text);
}

/**
 * Returns whether it worked. The clipboard API is missing on addresses of the local network and may be forbidden in a
 * frame: then the text is copied from a field, the old way.
 */
async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

function copyFromField(text) {
  const focused = document.activeElement;
  const area = el("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const worked = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return worked;
}
