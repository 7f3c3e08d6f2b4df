// What this browser remembers: the keys that delete its recordings, and that its visitor agreed to what is stored.
// Where storage is closed (a private window, a frame of another site) it is remembered until the page is left.

const KEYS = "griffin-recording-keys";
const AGREED = "griffin-recording-agreed";
const MOST = 500; // the oldest are forgotten first
const left = new Map();

function read(name) {
  try {
    return localStorage.getItem(name) ?? left.get(name) ?? null;
  } catch {
    return left.get(name) ?? null;
  }
}

function write(name, text) {
  left.set(name, text);
  try {
    localStorage.setItem(name, text);
  } catch {
    // remembered until the page is left
  }
}

function keys() {
  try {
    const held = JSON.parse(read(KEYS) ?? "{}");
    return held && typeof held === "object" ? held : {};
  } catch {
    return {};
  }
}

/** The key of a recording; undefined where another browser made it. */
export function keyOf(id) {
  const held = keys();
  return Object.hasOwn(held, id) ? held[id] : undefined;
}

export function holdKey(id, key) {
  const { [id]: _, ...others } = keys();
  write(KEYS, JSON.stringify(Object.fromEntries([...Object.entries(others), [id, key]].slice(-MOST))));
}

export function dropKey(id) {
  const { [id]: _, ...others } = keys();
  write(KEYS, JSON.stringify(others));
}

/** consent: the words agreed to. Other words have to be agreed to anew. */
export function hasAgreed(consent) {
  return read(AGREED) === consent.join("\n");
}

export function agree(consent) {
  write(AGREED, consent.join("\n"));
}
