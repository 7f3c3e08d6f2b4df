// What hands do on the map: wheel, pinch, drag, taps and keys → zooming, moving and pointing. Knows no neurons.
import { clamp } from "../common/dom.js";

const WHEEL_ZOOM = 0.0016;
const PINCH_ZOOM = 0.01;
const LINE_PIXELS = 16;
const DRAG_PIXELS = 5;
export const ZOOM_STEP = 0.6;
const PAGE_ROWS = 10;
const STEPS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
  PageUp: [0, PAGE_ROWS],
  PageDown: [0, -PAGE_ROWS],
};

/**
 * `act`: { zoom(factor, across) and pan(share), which return whether they did anything; between(left, right), reset(),
 * point(across, down), step(columns, rows), which take the view along, leave(), cursor() → across }. Places are shares
 * of the canvas.
 */
export function listenTo(canvas, band, act) {
  const held = new Map(); // pointers that are down, by id
  let drag = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const across = clamp((event.clientX - box.left) / box.width, 0, 1);
    return { across, down: clamp((event.clientY - box.top) / box.height, 0, 1), width: box.width };
  };

  const turn = (event) => {
    const { across, width } = place(event);
    const unit = event.deltaMode ? LINE_PIXELS : 1;
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const moved = (sideways && event.deltaX === 0 ? event.deltaY : sideways ? event.deltaX : event.deltaY) * unit;
    const rate = event.ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM;
    const done = sideways ? act.pan(moved / width) : act.zoom(Math.exp(moved * rate), across);
    if (done || event.ctrlKey) event.preventDefault(); // otherwise the page scrolls on
  };
  canvas.addEventListener("wheel", turn, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, place(event));
    canvas.setPointerCapture(event.pointerId);
    drag = held.size === 1 && event.pointerType !== "touch" ? place(event).across : null;
    if (event.pointerType === "touch") point(event);
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    const now = place(event);
    if (!before) return point(event);
    if (held.size === 2) return pinch(event.pointerId, now);
    held.set(event.pointerId, now);
    if (event.pointerType === "touch") act.pan(before.across - now.across);
    else if (drag !== null && Math.abs(now.across - drag) * now.width > DRAG_PIXELS) return stretch(now.across);
    point(event);
  });

  canvas.addEventListener("pointerup", (event) => {
    if (band.hidden === false) {
      const end = place(event).across;
      band.hidden = true;
      act.between(Math.min(drag, end), Math.max(drag, end));
    }
    release(event);
  });
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => held.size || act.leave());
  canvas.addEventListener("dblclick", act.reset);
  canvas.addEventListener("blur", act.leave);
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && act.step(0, 0));

  function point(event) {
    const { across, down } = place(event);
    act.point(across, down);
  }

  function stretch(across) {
    act.leave();
    band.hidden = false;
    band.style.left = `${Math.min(drag, across) * 100}%`;
    band.style.width = `${Math.abs(across - drag) * 100}%`;
  }

  function pinch(id, now) {
    const apart = () => Math.max(Math.abs([...held.values()][0].across - [...held.values()][1].across), 0.02);
    const middle = () => [...held.values()].reduce((sum, { across }) => sum + across / 2, 0);
    const [wide, centre] = [apart(), middle()];
    held.set(id, now);
    act.zoom(wide / apart(), centre);
    act.pan(centre - middle());
    act.leave();
  }

  function release(event) {
    held.delete(event.pointerId);
    band.hidden = true;
    drag = null;
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [columns, rows] = STEPS[event.key] ?? [0, 0];
    if (columns || rows) act.step(columns, rows);
    else if (event.key === "+" || event.key === "=") act.zoom(ZOOM_STEP, act.cursor());
    else if (event.key === "-" || event.key === "_") act.zoom(1 / ZOOM_STEP, act.cursor());
    else if (event.key === "0") act.reset();
    else return;
    event.preventDefault();
  });
}
