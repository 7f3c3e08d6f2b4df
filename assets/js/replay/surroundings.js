// What is around the page: dark or light, and the page that shows it in a frame. Knows no recording.

/** The page that frames this one, if it is of this server. */
function framing() {
  try {
    return window.parent !== window && window.parent.document ? window.parent : null;
  } catch {
    return null; // another server's
  }
}

/** Dark or light: as the address asks (?theme=dark), else as the framing page is, else as the system is. */
export function followTheme() {
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const around = framing()?.document.body;
  const set = () => {
    const dark = asked ? asked === "dark" : around ? around.classList.contains("dark") : system.matches;
    document.body.classList.toggle("dark", dark);
    document.body.classList.add("themed");
  };
  set();
  if (asked) return;
  system.addEventListener("change", set);
  if (around) new MutationObserver(set).observe(around, { attributes: true, attributeFilter: ["class"] });
}

/** Tell a framing page how high this one is, so that the frame can grow; keep the bar where it can be seen. */
export function reportHeight(id, bar) {
  if (window.parent === window) return;
  document.body.classList.add("framed");
  const around = framing();
  const frame = around && window.frameElement;
  let told = 0;
  const lift = () => {
    if (!frame) return;
    const hidden = frame.getBoundingClientRect().bottom - around.innerHeight;
    const most = window.innerHeight - bar.offsetHeight;
    bar.style.transform = `translateY(${-Math.min(Math.max(hidden, 0), Math.max(most, 0))}px)`;
  };
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height !== told) window.parent.postMessage({ griffin: "height", id, height }, "*");
    told = height;
    lift();
  }).observe(document.body);
  window.addEventListener("resize", lift); // the frame has grown
  around?.addEventListener("scroll", lift, { passive: true, capture: true });
  around?.addEventListener("resize", lift);
}
