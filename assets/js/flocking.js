// To be drawn.
export function mount({ element }) {
  element.replaceChildren();
}
