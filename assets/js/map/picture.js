// The map as a picture to keep: what is on the screen, drawn anew, with its axes, legend and words. Knows a canvas only.
import { cssValue } from "../common/dom.js";
import { legendStops } from "./paint.js";

const EDGE = 20;
const SIDE = 52;
const GAP = 12;
const LINE = 18;
const RAMP = 96;

/** `shown`: { canvas, strip, rows (named), ratio, colours, words, caption, axis, stripName, chance, sentence }. */
export function savePicture(shown) {
  const { canvas, strip, ratio } = shown;
  const sheet = document.createElement("canvas");
  const pen = sheet.getContext("2d");
  const [wide, high] = [canvas.width / ratio, canvas.height / ratio];
  const width = EDGE + SIDE + wide + GAP + strip.width / ratio + EDGE;
  pen.font = font(400);
  const caption = wrapped(pen, shown.caption, width - 2 * EDGE);
  const lines = wrapped(pen, shown.sentence, width - 2 * EDGE);
  const top = EDGE + (caption.length + 2) * LINE + GAP; // title, caption, legend
  const height = top + high + 2 * LINE + GAP + lines.length * LINE + EDGE;
  sheet.width = Math.round(width * ratio);
  sheet.height = Math.round(height * ratio);
  pen.scale(ratio, ratio);
  pen.fillStyle = cssValue("--map-paper");
  pen.fillRect(0, 0, width, height);
  title(pen, shown.words.title);
  write(pen, caption, EDGE, EDGE + LINE + 12);
  legend(pen, shown, EDGE + (caption.length + 1) * LINE + 12);
  drawn(pen, shown, top, [wide, high]);
  write(pen, lines, EDGE, top + high + 2 * LINE + GAP + LINE - 4);
  sheet.toBlob((blob) => download(blob, `${shown.words.file} ${shown.caption}`));
}

function title(pen, text) {
  pen.fillStyle = "#ffffff";
  pen.font = font(600);
  pen.fillText(text, EDGE, EDGE + 12);
}

function legend(pen, { words, colours }, y) {
  ink(pen);
  const { dropped, kept } = words.legend;
  const left = EDGE + pen.measureText(dropped).width + 6;
  const ramp = pen.createLinearGradient(left, 0, left + RAMP, 0);
  const stops = legendStops(colours);
  stops.forEach((colour, index) => ramp.addColorStop(index / (stops.length - 1), colour));
  pen.fillText(dropped, EDGE, y);
  pen.fillText(kept, left + RAMP + 6, y);
  pen.fillStyle = ramp;
  pen.fillRect(left, y - 9, RAMP, 9);
}

function drawn(pen, { canvas, strip, rows, ratio, words, axis, stripName, chance }, top, [wide, high]) {
  const [left, side] = [EDGE + SIDE, EDGE + SIDE + wide + GAP];
  pen.drawImage(canvas, left, top, wide, high);
  pen.drawImage(strip, side, top, strip.width / ratio, high);
  ink(pen);
  pen.textAlign = "right";
  for (const row of rows) pen.fillText(row.layer, left - 8, top + (row.top + row.bottom) / 2 / ratio + 4);
  pen.save();
  pen.textAlign = "center";
  pen.translate(EDGE + 10, top + high / 2);
  pen.rotate(-Math.PI / 2);
  pen.fillText(words.layer, 0, 0);
  pen.restore();
  pen.textAlign = "center";
  pen.fillText(axis, left + wide / 2, top + high + LINE);
  pen.textAlign = "left";
  pen.fillText(stripName, side, top + high + LINE);
  pen.textAlign = "right";
  pen.fillText(chance, side + strip.width / ratio, top + high + 2 * LINE);
}

function write(pen, lines, x, y) {
  ink(pen);
  lines.forEach((line, index) => pen.fillText(line, x, y + index * LINE));
}

function wrapped(pen, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function ink(pen) {
  pen.fillStyle = cssValue("--map-ink");
  pen.font = font(400);
  pen.textAlign = "left";
}

function font(weight) {
  return `${weight} ${weight > 400 ? cssValue("--t-text") : cssValue("--t-small")} ${cssValue("--font-text")}`;
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^-|-$/g, "").toLowerCase()}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
