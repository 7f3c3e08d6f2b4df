// Where a replay stands and how it moves: the one time axis, the speed, the markers. Draws nothing.
import { clamp } from "../common/dom.js";
import { upTo } from "./patches.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const LONGEST_FRAME_S = 1; // a window in the background gets no frames: it goes on where it was
const JUST_PASSED_S = 0.6;

export class Player {
  playing = false;
  loop = false;
  speed = 1;
  shortened = true;
  at = 0; // seconds on the axis
  count = 0; // events that have happened
  #timeline;
  #moved;
  #lastFrame = null;

  /** `moved(player)`: called after every change, of place or of a setting. */
  constructor(timeline, moved) {
    this.#timeline = timeline;
    this.#moved = moved;
  }

  get axis() {
    return this.shortened ? this.#timeline.shortened : this.#timeline.recorded;
  }

  get duration() {
    return this.axis.at(-1);
  }

  get ended() {
    return this.count === this.axis.length;
  }

  get marks() {
    return this.#timeline.marks;
  }

  /** Whether waits are long enough to be shortened. */
  get waits() {
    return this.#timeline.recorded.at(-1) > this.#timeline.shortened.at(-1);
  }

  play() {
    if (this.ended) this.#go(0);
    this.playing = true;
    this.#lastFrame = null;
    requestAnimationFrame((now) => this.#frame(now));
    this.#moved(this);
  }

  pause() {
    this.playing = false;
    this.#moved(this);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** To a moment on the axis. */
  seek(at) {
    this.#go(at);
    this.#moved(this);
  }

  /** To just after an event. */
  seekEvent(event) {
    this.at = this.axis[event];
    this.count = event + 1;
    this.#moved(this);
  }

  /** To the next token, or the one before. */
  step(way) {
    this.playing = false;
    const { tokens } = this.#timeline;
    const now = this.count - 1;
    const next = way > 0 ? tokens[upTo(tokens, now)] : tokens[upTo(tokens, now - 1) - 1];
    this.seekEvent(next ?? (way > 0 ? this.axis.length - 1 : 0));
  }

  /** To the next marker, or the one before; returns it. */
  jump(way) {
    const now = this.count - 1;
    const passed = (mark) => this.axis[mark.event] < this.at - (this.playing ? JUST_PASSED_S : 0);
    const mark =
      way > 0
        ? this.marks.find(({ event }) => event > now)
        : this.marks.findLast((one) => one.event < now && passed(one));
    if (mark) this.seekEvent(mark.event);
    else this.seek(way > 0 ? this.duration : 0);
    return mark ?? null;
  }

  faster(way) {
    this.set({ speed: SPEEDS[clamp(SPEEDS.indexOf(this.speed) + way, 0, SPEEDS.length - 1)] });
  }

  /** speed, loop, shortened. The place stays the same event when the axis becomes another one. */
  set(settings) {
    const event = this.count - 1;
    Object.assign(this, settings);
    if ("shortened" in settings && event >= 0) this.at = this.axis[event];
    this.#moved(this);
  }

  #go(at) {
    this.at = clamp(at, 0, this.duration);
    this.count = upTo(this.axis, this.at);
  }

  #frame(now) {
    if (!this.playing) return;
    const past = Math.min((now - (this.#lastFrame ?? now)) / 1000, LONGEST_FRAME_S);
    this.#lastFrame = now;
    const before = this.count;
    this.#go(this.at + past * this.speed);
    this.count = Math.max(this.count, before); // a step may stand among events of one moment
    if (this.ended) this.#end();
    this.#moved(this);
    if (this.playing) requestAnimationFrame((next) => this.#frame(next));
  }

  #end() {
    if (this.loop) this.#go(0);
    else this.playing = false;
  }
}
