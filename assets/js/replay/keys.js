// The keyboard of a replay. A component that uses a key itself keeps it, and so does a field.
const SECOND = 1;
const SECONDS = 5;

/** Listen for `player`; jump(way): to a marker, said aloud. */
export function listenForKeys(player, jump) {
  const keys = {
    " ": () => player.toggle(),
    ArrowRight: (event) => player.seek(player.at + (event.shiftKey ? SECONDS : SECOND)),
    ArrowLeft: (event) => player.seek(player.at - (event.shiftKey ? SECONDS : SECOND)),
    ".": () => player.step(1),
    ",": () => player.step(-1),
    "]": () => jump(1),
    "[": () => jump(-1),
    "+": () => player.faster(1),
    "=": () => player.faster(1),
    "-": () => player.faster(-1),
    Home: () => player.seek(0),
    End: () => player.seek(player.duration),
    l: () => player.set({ loop: !player.loop }),
    L: () => player.set({ loop: !player.loop }),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === " " && target.closest("button, summary, a, [role=button]")) return; // it presses them
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key](event);
  });
}
