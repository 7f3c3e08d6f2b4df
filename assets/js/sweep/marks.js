// A marker a method, to tell them apart without colours: the same for the chart, its legend and the table.
import { laneColour } from "../common/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = [
  { symbol: "star", size: 14, path: "M6 0 7.6 4 12 4.2 8.6 7 9.8 11.4 6 8.9 2.2 11.4 3.4 7 0 4.2 4.4 4z" },
  { symbol: "circle", size: 11, path: "M6 1a5 5 0 1 0 .01 0z" },
  { symbol: "diamond", size: 12, path: "M6 0 12 6 6 12 0 6z" },
  { symbol: "square", size: 10, path: "M1 1h10v10H1z" },
];
const OTHER = { symbol: "triangle-up", size: 12, path: "M6 1 12 11H0z" };

/** Plotly's name and size of the marker of a lane; a method without a colour of its own has lane -1. */
export function shapeOf(lane) {
  return SHAPES[lane] ?? OTHER;
}

/** The marker as a picture, 12 px wide. */
export function markOf(lane) {
  const picture = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  picture.setAttribute("viewBox", "0 0 12 12");
  picture.setAttribute("class", "sweep-mark");
  picture.setAttribute("aria-hidden", "true");
  picture.style.color = laneColour(lane);
  path.setAttribute("d", shapeOf(lane).path);
  picture.append(path);
  return picture;
}
