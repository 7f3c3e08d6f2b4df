// Small things every browser component needs. Knows the DOM; knows no component.

/** An element with a class and children; strings become text nodes, never markup. */
export function el(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** Set text only when it changed, so that selections and assistive technology are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Control characters would be invisible or reorder the line: show their Unicode pictures instead. */
export function printable(text) {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** The lane's custom property, e.g. `var(--lane-1)`; a fifth lane starts over, a nameless one (below 0) is grey. */
export function laneColour(lane) {
  return lane < 0 ? "var(--ink-muted)" : `var(--lane-${lane % 4})`;
}

/** The same for text, dark enough to read. */
export function laneInk(lane) {
  return lane < 0 ? "var(--ink-muted)" : `var(--lane-ink-${lane % 4})`;
}

/** The value a custom property has right now, for canvases and charts. */
export function cssValue(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}

/** Call `render` now and whenever the component gets a new value. */
export function onValue({ props, watch }, render) {
  const update = () => props.value && render(props.value);
  watch("value", update);
  update();
}

/** A word from one component to whichever wants to hear it: `tell("hint", text)`, `hear("hint", use)`. */
export function tell(name, detail) {
  heard.set(name, detail);
  document.dispatchEvent(new CustomEvent(`griffin:${name}`, { detail }));
}

/** Hear it now, if it was said before, and whenever it is said again. */
export function hear(name, use) {
  document.addEventListener(`griffin:${name}`, (event) => use(event.detail));
  if (heard.has(name)) use(heard.get(name));
}

const heard = new Map();

/** Call `restyle` when the page turns dark or light (Gradio sets a class on the body). */
export function onTheme(restyle) {
  let dark = document.body.classList.contains("dark");
  new MutationObserver(() => {
    const now = document.body.classList.contains("dark");
    if (now !== dark) {
      dark = now;
      restyle();
    }
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/** Call `resize(width, height)` when the element's box changes, at most once a frame. */
export function onResize(element, resize) {
  let frame = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => resize(element.clientWidth, element.clientHeight));
  }).observe(element);
}

export function calmMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** One `label value` pair of a line of figures, the longer text in the hover. */
export function fillFigures(list, figures) {
  const rows = list.children;
  figures.forEach(([label, value, hover], index) => {
    const row = rows[index] ?? list.appendChild(el("div", "figure", el("dt"), el("dd")));
    setText(row.children[0], label);
    setText(row.children[1], value);
    row.title = hover ?? "";
  });
  while (rows.length > figures.length) rows[rows.length - 1].remove();
}

/** `template` with each {name} replaced by `values[name]`. */
export function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** The bytes of a base64 string. */
export function bytes(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/**
 * A list that grows at its end. It travels as one string, a JSON item a line after an opening bracket: a string is
 * passed on without copying, and only the lines that are new are parsed. A continued run may tell an earlier item
 * anew (half a character that the next token completes): then the list is read again from its start. A replay that
 * goes back takes items off its end.
 */
export class GrowingList {
  items = [];
  #run = null;
  #text = "[";

  /** Take the string of `run`; returns whether the list was started afresh. */
  update(run, text) {
    if (run === this.#run && this.#isBefore(text)) {
      this.items.length = text.length > 1 ? text.split("\n").length : 0;
      this.#text = text;
      return false;
    }
    const fresh = run !== this.#run || !text.startsWith(this.#text);
    if (fresh) {
      this.items = [];
      this.#text = "[";
    }
    const tail = text.slice(this.#text.length).trimStart();
    if (tail) this.items.push(...tail.split("\n").map((line) => JSON.parse(line)));
    this.#run = run;
    this.#text = text;
    return fresh;
  }

  /** Whether the list was this, whole items of it, earlier. */
  #isBefore(text) {
    if (text.length >= this.#text.length || !this.#text.startsWith(text)) return false;
    return text.length === 1 || this.#text[text.length] === "\n";
  }
}
