// One lane's neurons, ready to be asked for any range: how many are kept, how they score. Knows no pixels.
import { bytes } from "../common/dom.js";

/** Sums run from a layer's first neuron, so that a range costs two look-ups however many neurons it has. */
export class LaneNeurons {
  #keptBelow; // (layers, neurons + 1)
  #scoreBelow; // (layers, bins + 1), in score × neurons
  #scores; // (layers, bins), 0–255
  #higher = new Map();

  constructor({ layers, neurons }, lane) {
    this.layers = layers;
    this.neurons = neurons;
    this.bins = lane.bins;
    this.binWidth = lane.bin_width;
    this.#scores = bytes(lane.score);
    this.#keptBelow = this.#countKept(bytes(lane.kept));
    this.#scoreBelow = this.#sumScores();
  }

  /** Kept neurons of `layer` from `from` up to and without `to`. */
  kept(layer, from, to) {
    const start = layer * (this.neurons + 1);
    return this.#keptBelow[start + to] - this.#keptBelow[start + from];
  }

  /** Their mean score in 0–1, 1 being the layer's strongest bin. */
  score(layer, from, to) {
    return (this.#below(layer, to) - this.#below(layer, from)) / (to - from) / 255;
  }

  /** Place of the strongest bin in the range among the layer's bins, 1 for the best; equal bins share a place. */
  rank(layer, from, to) {
    const start = layer * this.bins;
    const range = this.#scores.subarray(start + this.#bin(from), start + this.#bin(to - 1) + 1);
    return 1 + this.#higherThan(layer)[Math.max(...range)];
  }

  #bin(neuron) {
    return Math.min(Math.floor(neuron / this.binWidth), this.bins - 1);
  }

  #below(layer, neuron) {
    const bin = this.#bin(neuron);
    const inside = neuron - bin * this.binWidth;
    return this.#scoreBelow[layer * (this.bins + 1) + bin] + inside * this.#scores[layer * this.bins + bin];
  }

  /** For every byte, how many bins of the layer score higher. */
  #higherThan(layer) {
    if (!this.#higher.has(layer)) {
      const counts = new Uint32Array(257);
      for (let bin = 0; bin < this.bins; bin++) counts[this.#scores[layer * this.bins + bin]]++;
      for (let value = 255; value >= 0; value--) counts[value] += counts[value + 1];
      this.#higher.set(layer, counts.subarray(1));
    }
    return this.#higher.get(layer);
  }

  #countKept(bits) {
    const row = Math.ceil(this.neurons / 8);
    const below = new Uint32Array(this.layers * (this.neurons + 1));
    for (let layer = 0, at = 0; layer < this.layers; layer++) {
      let count = 0;
      for (let neuron = 0; neuron < this.neurons; neuron++) {
        below[at++] = count;
        count += (bits[layer * row + (neuron >> 3)] >> (neuron & 7)) & 1;
      }
      below[at++] = count;
    }
    return below;
  }

  #sumScores() {
    const below = new Float64Array(this.layers * (this.bins + 1));
    for (let layer = 0, at = 0; layer < this.layers; layer++) {
      let sum = 0;
      for (let bin = 0; bin < this.bins; bin++) {
        below[at++] = sum;
        const width = Math.min(this.binWidth, this.neurons - bin * this.binWidth);
        sum += width * this.#scores[layer * this.bins + bin];
      }
      below[at++] = sum;
    }
    return below;
  }
}
