// Keys and focus of the whole page: Ctrl/Cmd+Enter runs, Escape closes the drawer or stops the run. On a tab without
// Run they do nothing.
// Focus follows the button that can be pressed.

const prompt = () => document.querySelector("#prompt textarea");
const button = (id) => document.getElementById(id);

/** Whether somebody is typing elsewhere than in the prompt. */
function typingElsewhere(target) {
  return target !== prompt() && Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
}

document.addEventListener("keydown", (event) => {
  const handle = document.querySelector(".settings.sidebar.open .toggle-button");
  if (event.key === "Escape" && handle) return handle.click();
  const run = button("run");
  if (event.isComposing || typingElsewhere(event.target) || !run?.checkVisibility()) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run.click(); // does nothing while it is switched off
  } else if (event.key === "Escape" && run.disabled) {
    button("stop")?.click();
  }
});

/** A button that is switched off under the visitor's fingers hands the focus to its partner. */
function keepFocus(from, to) {
  let had = false;
  from.addEventListener("focus", () => (had = true));
  from.addEventListener("blur", () => (had = from.disabled && had));
  new MutationObserver(() => {
    if (from.disabled && (had || document.activeElement === from)) {
      had = false;
      requestAnimationFrame(() => to.focus());
    }
  }).observe(from, { attributes: true, attributeFilter: ["disabled"] });
}

/** Gradio names the drawer's handle itself: say what it opens, and whether it is open. */
function nameDrawer(drawer) {
  const handle = drawer.querySelector(".toggle-button");
  const say = () => {
    const open = drawer.classList.contains("open");
    handle.setAttribute("aria-label", open ? "Close settings" : "Settings");
    handle.setAttribute("aria-expanded", String(open));
  };
  say();
  new MutationObserver(say).observe(drawer, { attributes: true, attributeFilter: ["class"] });
}

/** Gradio builds the page after this script has run. */
function whenPresent(selector, use) {
  const found = document.querySelector(selector);
  if (found) return use(found);
  const observer = new MutationObserver(() => {
    const node = document.querySelector(selector);
    if (!node) return;
    observer.disconnect();
    use(node);
  });
  observer.observe(document.documentElement, { childList: true, subtree: true });
}

const HEADER_PX = 32;
const followScroll = () => document.body.toggleAttribute("data-scrolled", window.scrollY > HEADER_PX);
window.addEventListener("scroll", followScroll, { passive: true });

whenPresent("#stop", (stop) => {
  for (const id of ["run", "again", "continue"]) keepFocus(button(id), stop);
  keepFocus(stop, button("run"));
});
whenPresent("#stop-sweep", (stop) => {
  keepFocus(button("start-sweep"), stop);
  keepFocus(stop, button("start-sweep"));
});
whenPresent(".settings.sidebar", nameDrawer);
