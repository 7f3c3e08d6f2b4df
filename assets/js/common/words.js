// Tokens that can be seen. Knows strings only.
import { printable } from "./dom.js";

/** A token on its own, on one line, its white space to be seen; `blank` where it adds no character (yet). */
export function visible(text, blank = "…") {
  const edges = text.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));
  return printable(edges.replaceAll("\n", "↵").replaceAll("\t", "⇥")) || blank;
}
