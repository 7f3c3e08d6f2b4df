// The pointer and the arrow keys on the flocking picture: which token, which neurons, how strong. Knows rows and bins.
import { clamp, el, filled, setText } from "../common/dom.js";
import { TOP_LEVEL } from "./level_picture.js";
import { visible } from "../common/words.js";

const whole = new Intl.NumberFormat("en");
const PAGE_ROWS = 10;
const TIP_GAP_PX = 12;

/** `parts()`: [{ view, positions, tokens, levels, rows, row, top }] on the screen; `view()`: what they belong to. */
export function cursorOn(canvas, stage, { labels, parts, view }) {
  const tip = el("div", "flock-tip");
  const cell = el("div", "flock-cell");
  let at = null; // { row, bin }: row over all parts
  tip.setAttribute("aria-live", "polite");
  stage.append(cell, tip);

  const rows = () => parts().reduce((sum, part) => sum + part.rows, 0);

  /** The part that row lies in, and its number there. */
  function find(row) {
    for (const part of parts()) {
      if (row < part.rows) return { part, row };
      row -= part.rows;
    }
    return null;
  }

  function leave() {
    at = null;
    stage.classList.remove("pointing");
  }

  function point(row, bin) {
    const count = rows();
    if (!count) return leave();
    at = { row: clamp(row, 0, count - 1), bin: clamp(bin, 0, view().columns - 1) };
    redraw();
  }

  function redraw() {
    const found = at && find(at.row);
    if (!found) return leave();
    const { part, row } = found;
    const { columns, full_scale } = view();
    const top = part.top + part.row * row;
    const left = at.bin / columns;
    const level = part.levels[row * columns + at.bin];
    Object.assign(cell.style, {
      top: `${top}px`,
      height: `${Math.max(part.row, 1)}px`,
      left: `${left * 100}%`,
      width: `${100 / columns}%`,
    });
    setText(tip, words(part, row, level, full_scale));
    stage.classList.add("pointing");
    place(left * stage.clientWidth, top, top + part.row);
  }

  /** Beside the cell, on the side that has room, and within the picture. */
  function place(x, above, below) {
    const { clientWidth: width, clientHeight: height } = stage;
    const left = x > width / 2 ? x - tip.offsetWidth - TIP_GAP_PX : x + TIP_GAP_PX;
    const top = above > height / 2 ? above - tip.offsetHeight - TIP_GAP_PX : below + TIP_GAP_PX;
    tip.style.left = `${Math.max(0, Math.min(left, width - tip.offsetWidth))}px`;
    tip.style.top = `${top}px`;
  }

  function words(part, row, level, scale) {
    const { neurons, bin_width: width } = view();
    const first = at.bin * width;
    const last = Math.min(first + width, neurons) - 1;
    const { token, one, many, value, loud } = labels.tip;
    return [
      filled(token, {
        text: part.view.name,
        position: whole.format(part.positions.items[row] + 1),
        token: visible(part.tokens.items[row] ?? ""),
      }),
      filled(first === last ? one : many, {
        first: whole.format(first + 1),
        last: whole.format(last + 1),
        neurons: whole.format(neurons),
      }),
      filled(level === TOP_LEVEL ? loud : value, { value: ((level / TOP_LEVEL) * scale).toPrecision(2) }),
    ].join("\n");
  }

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const down = event.clientY - box.top;
    let before = 0;
    for (const part of parts()) {
      const row = Math.floor((down - part.top) / part.row);
      if (row >= 0 && row < part.rows) {
        return point(before + row, Math.floor(((event.clientX - box.left) / box.width) * view().columns));
      }
      before += part.rows;
    }
    leave();
  });
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    const step = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageUp: [-PAGE_ROWS, 0],
      PageDown: [PAGE_ROWS, 0],
    }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || !rows()) return;
    event.preventDefault();
    if (at) point(at.row + step[0], at.bin + step[1]);
    else point(0, 0);
  });

  return { redraw: () => at && redraw() };
}
