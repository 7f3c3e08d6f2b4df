// The values of one component after any number of events. Knows JSON values; knows no component and no clock.

/** What `patch` makes of `before`, which is left as it is; see app/replaying/patches.py for the form. */
export function patched(before, patch) {
  if (Array.isArray(patch)) return patch.length === 1 ? patch[0] : before.slice(0, patch[0]) + patch[1];
  if (typeof patch === "string") return before + patch;
  const after = Array.isArray(before) ? [...before] : { ...before };
  for (const [key, inner] of Object.entries(patch)) after[key] = patched(before[key], inner);
  return after;
}

/** One component's value along the recording. */
export class Track {
  value;
  #start;
  #events = []; // indices of the events that changed it
  #patches = [];
  #applied = 0;

  constructor(start) {
    this.value = this.#start = start;
  }

  add(event, patch) {
    this.#events.push(event);
    this.#patches.push(patch);
  }

  /** Move to where `count` events have happened; returns "on" or "back", "" where nothing is different there. */
  moveTo(count) {
    const wanted = upTo(this.#events, count - 1);
    if (wanted === this.#applied) return "";
    const back = wanted < this.#applied;
    if (back) [this.value, this.#applied] = [this.#start, 0];
    while (this.#applied < wanted) this.value = patched(this.value, this.#patches[this.#applied++]);
    return back ? "back" : "on";
  }

  get start() {
    return this.#start;
  }
}

/** A track for every component, by name. */
export function tracksOf({ start, patches }) {
  const tracks = new Map(Object.entries(start).map(([name, value]) => [name, new Track(value)]));
  patches.forEach((patch, event) => {
    for (const [name, inner] of Object.entries(patch ?? {})) tracks.get(name).add(event, inner);
  });
  return tracks;
}

/** How many of the ascending `numbers` are `most` at most. */
export function upTo(numbers, most) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
