// A recorded run to watch before the first own one, beside the status; and what was wrong with a link, in words.
import { el, onValue, printable, setText } from "../common/dom.js";
import { button } from "./actions.js";

export function mount({ element, props, watch, trigger }) {
  const watchIt = button(props.labels.watch, () => trigger("open", { id: props.value.id }), "chip invite");
  const notice = el("span", "invite-notice");
  notice.setAttribute("role", "alert");
  element.replaceChildren(notice, watchIt);
  onValue({ props, watch }, (view) => {
    watchIt.hidden = !view.id;
    watchIt.title = printable(view.title);
    setText(notice, view.notice);
  });
}
