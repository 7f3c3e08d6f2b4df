// The vote of a blind run: three buttons, there only while one waits, and the votes so far.
import { el, onValue, setText, tell } from "../common/dom.js";

export function mount({ element, props, watch, trigger }) {
  const { question, choices } = props.labels;
  const tally = el("p", "ballot-tally");
  let voted = false; // the pressed button goes away: the focus goes on to Run
  const buttons = choices.map(({ said, name }) => {
    const button = el("button", "ballot-button", name);
    button.type = "button";
    button.addEventListener("click", () => {
      for (const one of buttons) one.disabled = true;
      voted = true;
      trigger("vote", { said });
    });
    return button;
  });
  const ballot = el("div", "ballot", ...buttons, tally);
  ballot.setAttribute("role", "group");
  ballot.setAttribute("aria-label", question);
  element.replaceChildren(ballot);

  onValue({ props, watch }, (view) => {
    element.closest(".race")?.classList.toggle("blind", view.blind);
    tell("blind", view.blind);
    ballot.hidden = !view.open;
    for (const button of buttons) button.disabled = !view.open;
    setText(tally, view.tally);
    if (voted && !view.open) document.getElementById("run")?.focus({ preventScroll: true });
    voted = voted && view.open;
  });
}
