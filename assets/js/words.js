// Words with numbers in them, and tokens that can be seen. Knows strings only.

/** "layer {x}" and { x: 3 } → "layer 3". */
export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A token's text on one line, with its blanks to be seen; "…" where a character is not complete yet. */
export function visible(text) {
  return text === "" ? "…" : text.replaceAll("\n", "⏎").replace(/^ +$/, (blanks) => "␣".repeat(blanks.length));
}
