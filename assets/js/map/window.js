// The part of the neuron axis that is on the screen. Knows numbers only.
import { clamp } from "../common/dom.js";

const LEAST = 16;

export class NeuronWindow {
  neurons = 0;
  layers = 0;
  from = 0;
  to = 0;

  /** The shape of the model; another one shows the whole axis again. */
  fit(layers, neurons) {
    if (layers === this.layers && neurons === this.neurons) return;
    Object.assign(this, { layers, neurons, from: 0, to: neurons });
  }

  get span() {
    return this.to - this.from;
  }

  get zoomed() {
    return this.span < this.neurons;
  }

  get closest() {
    return this.span <= Math.min(LEAST, this.neurons);
  }

  /** Neuron at `across`, 0–1 from the left edge. */
  at(across) {
    return clamp(Math.floor(this.from + across * this.span), 0, this.neurons - 1);
  }

  /** Where `neuron` begins, 0–1 from the left edge; outside that where it is not on the screen. */
  across(neuron) {
    return (neuron - this.from) / this.span;
  }

  /** Show `factor` times as many neurons; the one at `across` stays where it is. Returns whether anything changed. */
  zoom(factor, across) {
    const span = clamp(this.span * factor, Math.min(LEAST, this.neurons), this.neurons);
    const still = this.from + across * this.span;
    return this.#show(still - across * span, span);
  }

  /** Move by a share of what is shown. */
  pan(share) {
    return this.#show(this.from + share * this.span, this.span);
  }

  /** Show what lies between two places on the screen. */
  between(left, right) {
    const span = Math.max((right - left) * this.span, Math.min(LEAST, this.neurons));
    return this.#show(this.from + ((left + right) / 2) * this.span - span / 2, span);
  }

  reset() {
    return this.#show(0, this.neurons);
  }

  #show(from, span) {
    const before = [this.from, this.to];
    this.from = clamp(from, 0, this.neurons - span);
    this.to = this.from + span;
    return before[0] !== this.from || before[1] !== this.to;
  }
}
