// Sends a chosen or dropped file to the server, which checks it before anything of it is shown. Its name stays here.
import { el, filled, printable, setText } from "../common/dom.js";
import { button } from "./actions.js";
import { holdKey } from "./keys.js";

const MB = 2 ** 20;
const LONGEST_NAME = 60;
const RECORDING = /\.(jsonl|gz)$/i;
const PAGE = /\.html?$/i;

/** words: the gallery's labels. `imported(id)`: it was taken in. */
export function upload(words, imported) {
  const file = el("input", "visually-hidden");
  const said = el("p", "import-said");
  const choose = button(words.import, () => file.click(), "plain-button");
  file.type = "file";
  file.accept = ".jsonl,.gz";
  file.tabIndex = -1;
  file.setAttribute("aria-label", words.import);
  choose.title = words.limit;
  said.setAttribute("role", "status");

  file.addEventListener("change", () => {
    const [chosen] = file.files;
    file.value = "";
    if (chosen) send(chosen);
  });

  function say(text, alarm = false) {
    setText(said, text);
    said.classList.toggle("alarm", alarm);
  }

  async function send(chosen) {
    const name = shortened(printable(chosen.name));
    if (PAGE.test(chosen.name)) return say(filled(words.page, { name }), true);
    if (!RECORDING.test(chosen.name)) return say(filled(words.noRecording, { name }), true);
    if (chosen.size > words.mostBytes) {
      const size = (chosen.size / MB).toFixed(1);
      return say(filled(words.tooLarge, { size, most: Math.floor(words.mostBytes / MB) }), true);
    }
    say(words.importing);
    choose.disabled = true;
    try {
      const address = new URL("griffin/recordings", document.baseURI);
      const answer = await fetch(address, { method: "POST", headers: { "X-Griffin": "upload" }, body: chosen });
      const { id, key, error } = await answer.json();
      if (!id) return say(error ? filled(words.refused, { name, error }) : words.unreachable, true);
      holdKey(id, key);
      say("");
      imported(id);
    } catch {
      say(words.unreachable, true);
    } finally {
      choose.disabled = false;
    }
  }

  return { node: el("div", "import", choose, file), said };
}

function shortened(name) {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)} …` : name;
}
