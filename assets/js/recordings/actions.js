// What several views of recordings offer: copy a link, delete in two presses. Knows buttons; knows no recording.
import { el, filled, setText } from "../common/dom.js";

const FORGET_MS = 4000;

/** The address that opens a recording. */
export function linkTo(id) {
  const link = new URL(document.baseURI);
  link.search = id ? `?session=${encodeURIComponent(id)}` : "";
  link.hash = "";
  return link.href;
}

export function button(name, press, className = "link-button") {
  const made = el("button", className, name);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

/** `id()`: of the recording. Where the clipboard is closed, the link itself is said. */
export function copyButton({ copy, copied, uncopied }, id) {
  const made = button(copy, async () => {
    const link = linkTo(id());
    let done = true;
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      done = false;
    }
    setText(made, done ? copied : filled(uncopied, { link }));
    if (done) setTimeout(() => setText(made, copy), FORGET_MS);
  });
  made.setAttribute("aria-live", "polite");
  return made;
}

/** Deletes at the second press; a while later the first one is forgotten. */
export function deleteButton({ delete: name, sure }, remove) {
  let armed = 0;
  const disarm = () => {
    clearTimeout(armed);
    armed = 0;
    setText(made, name);
    made.classList.remove("alarm");
  };
  const made = button(name, () => {
    if (armed) {
      disarm();
      return remove();
    }
    armed = setTimeout(disarm, FORGET_MS);
    setText(made, sure);
    made.classList.add("alarm");
  });
  made.setAttribute("aria-live", "polite");
  made.addEventListener("blur", disarm);
  return made;
}
