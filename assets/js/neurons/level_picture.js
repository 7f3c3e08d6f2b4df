// A picture from rows of levels, 64 of them, each written as a character of base64. Knows pixels; knows no tokens.
import { mix, packed } from "../common/colour.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LEVEL_OF = new Uint8Array(128);
[...ALPHABET].forEach((char, level) => (LEVEL_OF[char.charCodeAt(0)] = level));

export const TOP_LEVEL = ALPHABET.length - 1;

/** Rows that grow at their end; only what is new is decoded. */
export class LevelRows {
  levels = new Uint8Array();
  #text = "";

  /** Take the whole string so far. */
  update(text) {
    const known = text.startsWith(this.#text) ? this.#text.length : 0;
    const levels = new Uint8Array(text.length);
    levels.set(this.levels.subarray(0, known));
    for (let at = known; at < text.length; at++) levels[at] = LEVEL_OF[text.charCodeAt(at)];
    this.levels = levels;
    this.#text = text;
  }
}

/** An off-screen canvas with a pixel a value, `columns` wide. colours: 64 packed ABGR numbers. */
export function picture(levels, columns, colours) {
  const rows = Math.floor(levels.length / columns);
  if (!rows || !columns) return null;
  const canvas = new OffscreenCanvas(columns, rows);
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let at = 0; at < rows * columns; at++) pixels[at] = colours[levels[at]];
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** 64 colours from `paper` over `hue` to `glow`, each [r, g, b]; light grows slowly at first, so that streaks stand out. */
export function levelColours(paper, hue, glow) {
  return Uint32Array.from({ length: TOP_LEVEL + 1 }, (_, level) => {
    const light = (level / TOP_LEVEL) ** 1.25;
    return packed(light < 0.7 ? mix(paper, hue, light / 0.7) : mix(hue, glow, (light - 0.7) / 0.3));
  });
}
