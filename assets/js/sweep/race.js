// Presses Run once the race tab is in front, as the visitor would.
import { tell } from "../common/dom.js";

const TRIES = 100;
const EVERY_MS = 50;

/** An earlier race makes room: Stop is pressed once. `failed`: { text, fix }, said where that was of no use. */
export async function pressRun(failed) {
  let stopped = false;
  for (let left = TRIES; left; left--) {
    const run = document.getElementById("run");
    const stop = document.getElementById("stop");
    if (run?.checkVisibility()) {
      if (!run.disabled) {
        run.focus();
        return run.click();
      }
      if (!stopped && stop && !stop.disabled) {
        stopped = true;
        stop.click();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  tell("race-trouble", failed);
}
