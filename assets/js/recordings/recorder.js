// Below the prompt, while recording is on or a run was recorded: what is stored, the title, and what can be done with
// the recording just made.
import { el, hear, onValue, setText, tell } from "../common/dom.js";
import { button, copyButton, deleteButton } from "./actions.js";
import { agree, dropKey, holdKey, keyOf } from "./keys.js";

export function mount({ element, props, watch, trigger }) {
  const words = props.labels;
  const told = el("div", "record-consent", ...words.consent.map((text) => el("p", "", text)));
  const yes = button(words.agree, () => answer(true), "solid-button");
  const no = button(words.refuse, () => answer(false), "plain-button");
  const question = el("div", "record-question", yes, no);
  const title = el("input", "record-title");
  const stored = button(words.stored, () => tellMore(told.hidden), "link-button opens-words");
  const agreed = el("span", "record-agreed", words.agreed);
  const settings = el("div", "record-settings", title, agreed, stored);
  const sentence = el("span", "record-sentence");
  const outcome = el("div", "record-outcome", el("span", "record-dot"), sentence);
  const open = button(words.open, () => trigger("open", { id: view.id }));
  const download = el("a", "link-button", words.download);
  const actions = el(
    "span",
    "record-actions",
    open,
    download,
    copyButton(words, () => view.id),
    deleteButton(words, () => trigger("remove", { id: view.id, key: keyOf(view.id) ?? view.key })),
  );
  const panel = el("section", "recorder", told, question, settings, outcome);
  let choice = { record: false, agreed: false };
  let view = { phase: "off" };
  let run = "";
  let gone = ""; // the deletion that the other views know of
  title.type = "text";
  title.maxLength = 120;
  title.placeholder = words.titleHint;
  title.setAttribute("aria-label", words.title);
  panel.setAttribute("aria-label", words.name);
  sentence.setAttribute("aria-live", "polite");
  outcome.append(actions);
  element.replaceChildren(panel);

  title.addEventListener("input", () => tell("record-title", title.value));

  function answer(agrees) {
    if (agrees) agree(words.consent);
    tell("record-agreed", agrees);
    document.querySelector(agrees ? "#run" : ".record-switch")?.focus();
  }

  function tellMore(more) {
    told.hidden = !more;
    stored.setAttribute("aria-expanded", String(more));
  }

  function draw() {
    const asks = choice.record && !choice.agreed;
    question.hidden = !asks;
    settings.hidden = !choice.record || asks;
    outcome.hidden = view.phase === "off";
    panel.hidden = !choice.record && outcome.hidden;
    panel.dataset.phase = view.phase;
    setText(sentence, view.sentence ?? "");
    actions.hidden = view.phase !== "recorded";
    download.href = view.id ? `griffin/recordings/${view.id}.griffin.jsonl` : "";
    download.download = "";
  }

  hear("record", (next) => {
    if (next.record !== choice.record || next.agreed !== choice.agreed) tellMore(next.record && !next.agreed);
    choice = next;
    draw();
  });
  onValue({ props, watch }, (value) => {
    view = value;
    if (view.key) holdKey(view.id, view.key);
    if (view.phase === "recording" && view.run !== run) {
      run = view.run; // it has its title: the next one gets its own
      title.value = "";
      tell("record-title", "");
    }
    draw();
    if (view.phase !== "deleted" || view.id === gone) return;
    gone = view.id;
    dropKey(view.id);
    tell("recording-gone", view.id);
  });
  hear("recording-gone", (id) => {
    if (id !== view.id || view.phase !== "recorded") return;
    gone = id;
    props.value = { ...view, phase: "deleted", sentence: words.deleted };
    view = props.value;
    draw();
  });
  tell("record-consent", words.consent);
}
