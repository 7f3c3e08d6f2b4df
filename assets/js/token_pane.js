// One lane's text as it is written, and its line of figures. Model text only ever becomes text nodes.
import { GrowingList, el, fillFigures, laneColour, laneInk, onValue, setText } from "./shared.js";

const NEAR_END_PX = 32;

/** Control characters would be invisible or reorder the line: show their Unicode pictures instead. */
function printable(text) {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

export function mount({ element, props, watch }) {
  const { copy, copied, differs, reading } = props.labels;
  const title = el("h2", "pane-title");
  const subtitle = el("span", "pane-subtitle");
  const copyButton = el("button", "quiet-button", copy);
  const text = el("div", "pane-text");
  const note = el("p", "pane-note");
  const body = el("div", "pane-body", text, note);
  const figures = el("dl", "figures");
  const flag = el("span", "pane-flag", differs);
  const pane = el(
    "section",
    "panel pane",
    el("header", "panel-head", el("span", "swatch"), title, subtitle, copyButton),
    body,
    figures,
  );
  const pieces = new GrowingList();
  let spans = [];

  copyButton.type = "button";
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  element.replaceChildren(pane);

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
      spans.push(el("span", "", printable(piece)));
      fragment.append(spans.at(-1));
    }
    text.append(fragment);
  }

  function markDivergence(index) {
    const first = spans[index ?? -1];
    if (!first) return flag.remove();
    if (flag.nextSibling === first) return;
    first.before(flag);
    first.classList.add("pane-differs");
  }

  onValue({ props, watch }, (view) => {
    if (pieces.update(view.run, view.pieces)) {
      text.replaceChildren();
      spans = [];
    }
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
    markDivergence(view.diverges_at);
    setText(note, view.note || (view.phase === "reading" && !spans.length ? reading : ""));
    if (following) body.scrollTop = body.scrollHeight;
  });
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
