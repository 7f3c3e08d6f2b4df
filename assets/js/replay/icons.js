// The signs on the player's buttons, drawn: fonts differ in them.
const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
  again: "M8 3a5 5 0 1 0 5 5h-1.6A3.4 3.4 0 1 1 8 4.6V7l4-3.2L8 .6z",
  back: "M11.5 2.5v11L5 8zM3 2.5h1.6v11H3z",
  forward: "M4.5 2.5v11L11 8zM11.4 2.5H13v11h-1.6z",
  earlier: "M8 2.5v11L2.5 8zM13.5 2.5v11L8 8z",
  later: "M8 2.5v11L13.5 8zM2.5 2.5v11L8 8z",
  loop: "M3.2 7.4V6.5A2.5 2.5 0 0 1 5.7 4h5.1V2.2L13.6 5l-2.8 2.8V6H5.7a.5.5 0 0 0-.5.5v.9zM12.8 8.6v.9a2.5 2.5 0 0 1-2.5 2.5H5.2v1.8L2.4 11l2.8-2.8V10h5.1a.5.5 0 0 0 .5-.5v-.9z",
};

/** A sign by its name, to be put on a button that says in words what it does. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  redraw(svg, name);
  return svg;
}

/** Show another sign. */
export function redraw(svg, name) {
  if (svg.dataset.name === name) return;
  svg.dataset.name = name;
  svg.firstChild.setAttribute("d", PATHS[name]);
}
