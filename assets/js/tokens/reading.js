// What the models think of each token of a text. Knows how the numbers travel; draws nothing.
import { GrowingList } from "../common/dom.js";

const ALTERNATIVES_FROM = 4;

/** One model's reading of one text, growing at its end. */
export class Reading {
  lane = 0;
  name = "";
  #rows = new GrowingList();
  #run = null;
  #text = "";

  update(run, view) {
    this.lane = view.lane;
    this.name = view.name;
    // a second look at the same race tells the same again from its start: what is known stays
    if (run === this.#run && this.#text.startsWith(view.rows)) return;
    this.#rows.update(run, view.rows);
    this.#run = run;
    this.#text = view.rows;
  }

  get length() {
    return this.#rows.items.length;
  }

  /** `kl` and `coverage` are NaN where the full model reads. */
  row(index) {
    const numbers = this.#rows.items[index].split(" ").map(Number);
    const [logprob, rank, kl, coverage] = numbers;
    const best = [];
    for (let at = ALTERNATIVES_FROM; at < numbers.length; at += 2) {
      best.push({ id: numbers[at], probability: numbers[at + 1] });
    }
    return { probability: Math.exp(logprob), rank, kl, coverage, best };
  }
}

/** One lane's text, read by the full model and by a pruned one. */
export class TextReadings {
  full = new Reading();
  pruned = null;

  update(run, view) {
    this.lane = view.lane;
    this.forced = view.forced;
    this.full.update(run, view.full);
    if (!view.pruned) return;
    this.pruned ??= new Reading();
    this.pruned.update(run, view.pruned);
  }

  /** Tokens that every model has read. */
  get length() {
    return this.pruned ? Math.min(this.full.length, this.pruned.length) : this.full.length;
  }

  get all() {
    return this.pruned ? [this.full, this.pruned] : [this.full];
  }

  /** The model that did not write this text. */
  get other() {
    return this.pruned && this.pruned.lane !== this.lane ? this.pruned : this.full;
  }
}

const STEPS = {
  surprise: [0.5, 0.2, 0.05, 0.005],
  disagreement: [0.05, 0.2, 0.5, 1.5],
};
const LEAST_SPREAD = 0.02; // of coverage: what differs by less is all alike
const ODD = 0.05; // share of tokens at either end that may lie outside the scale

/** Between which shares nearly all tokens of a race are covered, `{ low, high }`; null while nothing is known. */
export function coverageRange(texts) {
  const shares = [];
  for (const one of texts) {
    for (let index = 0; one.pruned && index < one.length; index++) shares.push(one.pruned.row(index).coverage);
  }
  if (!shares.length) return null;
  shares.sort((a, b) => a - b);
  const edge = Math.floor(ODD * shares.length);
  return { low: shares[edge], high: shares[shares.length - 1 - edge] };
}

function coverageHeight(share, range) {
  if (!range || range.high - range.low < LEAST_SPREAD) return 0;
  const part = (range.high - share) / (range.high - range.low);
  return Math.max(0, Math.min(4, Math.round(4 * part)));
}

/** How high the mark under a token stands, 0 to 4, and whether it is striped. range: see `coverageRange`. */
export function markOf(mode, texts, index, range) {
  const nothing = { height: 0, striped: false };
  if (mode === "surprise") {
    const { probability } = texts.other.row(index);
    return { height: STEPS.surprise.filter((step) => probability < step).length, striped: false };
  }
  if (!texts.pruned || (mode !== "coverage" && !(mode in STEPS))) return nothing;
  const pruned = texts.pruned.row(index);
  if (mode === "coverage") {
    return { height: coverageHeight(pruned.coverage, range), striped: false };
  }
  const differs = texts.full.row(index).best[0]?.id !== pruned.best[0]?.id;
  const height = STEPS.disagreement.filter((step) => pruned.kl >= step).length;
  return { height: differs ? Math.max(height, 1) : height, striped: differs };
}
