// The tour's five drawings: honest schematics, drawn and not loaded. They carry no data; the page beside them does.

const NS = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [264, 128];

/** The drawing of a step. words: what is written in the drawings; said: what this one shows, for screen readers. */
export function drawing(key, words, said) {
  const picture = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img" });
  picture.setAttribute("aria-label", said);
  picture.append(...DRAWINGS[key](words));
  return picture;
}

const DRAWINGS = { neuron, flocking, selection, speed, breaks };

/** Signal in, three of many neurons, signal out: input weights, one number each, output weights. */
function neuron(words) {
  const strengths = [0.15, 0.9, 0.4];
  const places = [0, 1, 2, 3, 4];
  const [left, middle, right] = [22, 132, 242];
  const y = (place) => 22 + place * 18;
  const heart = (index) => 30 + index * 28;
  const lines = strengths.flatMap((strength, index) =>
    places.flatMap((place) => [
      line(left + 7, y(place), middle - 11, heart(index), strength > 0.5 ? "strong" : "faint"),
      line(middle + 11, heart(index), right - 7, y(place), strength > 0.5 ? "strong" : "faint"),
    ]),
  );
  const signal = (x, shift) =>
    places.map((place) => {
      const filled = 0.15 + 0.17 * ((place * 3 + shift) % 5);
      return node("rect", { x: x - 7, y: y(place) - 7, width: 14, height: 14, class: "ink-box", "fill-opacity": filled });
    });
  const hearts = strengths.flatMap((strength, index) => [
    node("circle", { cx: middle, cy: heart(index), r: 10.5, class: "paper" }),
    node("circle", { cx: middle, cy: heart(index), r: 10.5, class: "answer", "fill-opacity": strength }),
  ]);
  return [
    ...lines,
    ...signal(left, 0),
    ...signal(right, 2),
    ...hearts,
    label(middle, 112, "⋮"),
    label(0, 124, words.signal, "start"),
    label(WIDTH, 124, words.out, "end"),
    label(middle, 12, words.neurons),
  ];
}

/** Tokens by neurons: a neuron's strength is its column's, each token varies it. */
function flocking(words) {
  const [rows, columns, cell] = [9, 34, 7];
  const noise = (seed) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;
  const cells = [node("rect", { x: 24, y: 20, width: columns * cell, height: rows * 10, class: "map" })];
  for (let column = 0; column < columns; column += 1) {
    const strength = noise(column + 1) ** 3;
    for (let row = 0; row < rows; row += 1) {
      const lit = Math.min(1, strength * (0.7 + 0.5 * noise(row * 57 + column * 131)) + 0.12 * noise(row + column * 7));
      const place = { x: 24 + column * cell, y: 20 + row * 10, width: cell - 1, height: 9 };
      cells.push(node("rect", { ...place, class: "glow", "fill-opacity": lit.toFixed(2) }));
    }
  }
  return [...cells, label(24, 12, `${words.neurons} →`, "start"), label(12, 65, `← ${words.tokens}`, "middle", -90)];
}

/** Scores in falling order, cut in the middle. */
function selection(words) {
  const count = 40;
  const [left, base, step] = [8, 104, 6.2];
  const bars = Array.from({ length: count }, (_, index) => {
    const height = 84 / (1 + index * 0.11) + 2;
    const place = { x: left + index * step, y: base - height, width: step - 1.6, height };
    return node("rect", { ...place, class: index < count / 2 ? "kept" : "dropped" });
  });
  const cut = left + (count / 2) * step - 0.8;
  return [
    ...bars,
    line(cut, 14, cut, base + 6, "cut"),
    label(cut - 8, 122, words.kept, "end"),
    label(cut + 8, 122, words.dropped, "start"),
    label(WIDTH - 4, 24, words.sorted, "end"),
  ];
}

/** Bytes of one token. The shares are those of the built-in model at density 0.5: feed-forwards hold 59 % of it. */
function speed(words) {
  const [left, full, share] = [4, 256, 0.59];
  const rest = full * (1 - share);
  const row = (y, neurons, lane, name) => [
    label(left, y - 6, name, "start"),
    node("rect", { x: left, y, width: rest - 1, height: 20, class: "rest" }),
    node("rect", { x: left + rest, y, width: neurons, height: 20, class: `lane-${lane}` }),
  ];
  return [
    ...row(24, full * share, 0, words.full),
    ...row(74, (full * share) / 2, 1, words.pruned),
    label(left, 118, words.rest, "start"),
    label(left + rest, 118, words.feedForward, "start"),
    line(left + rest - 0.5, 96, left + rest - 0.5, 104, "faint"),
  ];
}

/** What an answer needs: kept after a long prompt, often left out after a short one. */
function breaks(words) {
  const missing = { long: new Set([16, 19]), short: new Set([3, 5, 7, 10, 11, 13, 16, 17, 19]) };
  const row = (y, name, without) => [
    label(4, y - 12, name, "start"),
    ...Array.from({ length: 20 }, (_, index) =>
      node("circle", { cx: 11 + index * 12.6, cy: y + 4, r: 4.5, class: without.has(index) ? "missing" : "kept" }),
    ),
  ];
  return [
    ...row(28, words.long, missing.long),
    ...row(74, words.short, missing.short),
    node("circle", { cx: 11, cy: 114, r: 4.5, class: "kept" }),
    label(21, 118, words.needed, "start"),
    node("circle", { cx: 139, cy: 114, r: 4.5, class: "missing" }),
    label(149, 118, words.missing, "start"),
  ];
}

function line(x1, y1, x2, y2, className) {
  return node("line", { x1, y1, x2, y2, class: className });
}

function label(x, y, text, anchor = "middle", turned = 0) {
  const made = node("text", { x, y, "text-anchor": anchor });
  if (turned) made.setAttribute("transform", `rotate(${turned} ${x} ${y})`);
  made.textContent = text;
  return made;
}

function node(tag, attributes) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
