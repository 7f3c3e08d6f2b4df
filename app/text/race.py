"""Every sentence the visitor reads. Knows no event and no widget; numbers come in formatted or are formatted here."""

from app.text.lanes import origin, short_origin
from griffin_core.formatting import DASH, counted, milliseconds, percent, times, whole

TITLE = "GRIFFIN Live"
DENSE_TITLE = "Full model"

_METHOD_TITLES = {
    "griffin": "GRIFFIN",
    "griffin-sampled": "GRIFFIN, drawn by score",
    "griffin-topk-sampled": "GRIFFIN, half strongest, half drawn",
    "magnitude": "Largest weights",
    "random": "Random neurons",
}

METHODS = tuple(_METHOD_TITLES)
"""Known before the core has been loaded."""

IDLE_PANE_HINT = "Pick an example or type a prompt, then press Run."
NOTHING_TO_COMPARE = "There is nothing to compare: it takes the full model and a pruned lane."
NO_PROMPT = "There is no prompt yet. Type one, or pick an example."
STOPPED = "Stopped."
READY = "Ready."
STARTING = "Starting …"
LIBRARIES = "starting PyTorch"
DEVICE_BUSY = "waiting for the run in hand to end"
CHOOSING = "Choosing neurons …"
LOAD_BROKE = "Something broke on the server while the model was loaded."
NOT_LOADED = "The prompt is measured once the model is loaded."
TRY_AGAIN = "Try again. If it happens once more, the server's log has the details."
FORGOTTEN = "The server was started anew and no longer knows that run. Press Run."
DEVICE_LOST = "The device failed, and this server cannot use it any more. Start the server anew."
UNEXPECTED = "Something broke on the server, and the run could not go on."


def method_title(method: str) -> str:
    """How a method is called on the page."""
    return _METHOD_TITLES.get(method, method)


def lane_title(method: str, density: float | None, *, name: str = "") -> str:
    """Heading of a pane; `density` is None when it is not known. name: the lane's canonical one, see `lanes.origin`."""
    title = DENSE_TITLE if method == "dense" else method_title(method)
    if whose := origin(name):
        return f"{title}, {whose}"
    kept = "" if method == "dense" or density is None else f", {percent(density)} of feed-forward neurons"
    return title + kept


def lane_label(method: str, density: float, *, name: str = "") -> str:
    """Short name of a lane, for charts. name: the lane's canonical one, see `lanes.origin`."""
    title = DENSE_TITLE if method == "dense" else f"{method_title(method)} {percent(density)}"
    if whose := short_origin(name):
        return f"{title}, {whose}"
    return title


def lane_chip(method: str, *, name: str) -> str:
    """A pruned lane in a word or two, for a row of buttons: all of them keep as many neurons."""
    whose = short_origin(name)
    return whose[:1].upper() + whose[1:] if whose else method_title(method)


def neurons_per_layer(kept: tuple[int, ...], d_ff: int) -> str:
    """Line under a pane's heading."""
    share = f"all {whole(d_ff)}" if not kept or min(kept) == d_ff else f"{span(kept)} of {whole(d_ff)}"
    return f"{share} per layer"


def span(kept: tuple[int, ...]) -> str:
    """768, or 700 to 768 where layers differ."""
    low, high = min(kept, default=0), max(kept, default=0)
    return whole(low) if low == high else f"{whole(low)} to {whole(high)}"


def chart_sentence(medians: list[tuple[str, float]]) -> str:
    """What the latency chart shows; `medians`: (lane title, ms per token)."""
    if not medians:
        return ""
    parts = [f"{milliseconds(ms)} for {_lower(title)}" for title, ms in medians]
    return f"Median time per token: {_join(parts)}."


def spread(low: float, high: float) -> str:
    """The interval under the big number."""
    return f"{percent(0.95)} interval {low:.2f}–{high:.2f}×"


def bound(speedup: float | None, roofline: float) -> str:
    """What memory bandwidth allows, next to what was measured."""
    if speedup is not None and speedup > roofline:
        return f"above the byte roofline of {times(roofline)}"
    return f"of a possible {times(roofline)}"


def caption(*, over: bool, clear: bool) -> str:
    """Line right under the big number. clear: the run shows that there is a speed-up or none."""
    if not over:
        return "decode speed-up so far"
    return "decode speed-up, one run" if clear else "no clear speed-up, one run"


def speed_sentence(
    *, speedup: float | None, has_interval: bool, clear: bool, full_ms: float | None, lane_ms: float | None
) -> str:
    """Says in words whether decoding got faster. Times are mean ms per decoded token."""
    if speedup is None:
        return "No speed to compare: an answer needs at least two tokens in both panes."
    times_taken = f"on average {milliseconds(lane_ms)} per token against {milliseconds(full_ms)}"
    if not has_interval:
        return f"Too few tokens to say whether it got faster: {times_taken}."
    if not clear:
        return f"No clear speed-up in this run: {times_taken}, and the interval reaches across 1.00×."
    if speedup <= 1.0:
        return f"No speed-up in this run: {times_taken} for the full model."
    return f"The pruned lane decoded {times(speedup)} as fast: {times_taken} for the full model."


def same_work_sentence() -> str:
    """At density 1.0."""
    return "Every neuron is kept, so both lanes do the same work: any difference is noise."


def end_to_end_sentence(speedup: float, answer_tokens: int) -> str:
    """The whole wait of the visitor, in words."""
    start = f"Reading the prompt included, {counted(answer_tokens, 'token')}"
    if round(speedup, 2) == 1.0:
        return f"{start} took about as long."
    if speedup < 1.0:
        return f"{start} took longer: {times(speedup)} the speed."
    return f"{start} came {times(speedup)} as fast."


def break_even(tokens: int | None, speedup: float | None, *, clear: bool) -> str:
    """When choosing neurons has paid back. clear: the run shows that there is a speed-up or none."""
    if speedup is None:
        return DASH
    if tokens is None:
        return "never, in this run"
    return f"after {counted(tokens, 'token')}" if clear else "not clear from this run"


def reading(done_tokens: int, prompt_tokens: int) -> str:
    """Status while the prompt is read."""
    return f"Reading the prompt: {whole(done_tokens)} of {counted(prompt_tokens, 'token')}"


def writing(tokens: list[int], limit: int) -> str:
    """Status while the lanes decode."""
    return f"Writing: {_join([whole(n) for n in tokens])} of at most {counted(limit, 'token')}"


def done(tokens: list[int], *, more: bool = False) -> str:
    """Status at the end of a run. more: the answers went on from tokens that are not counted."""
    return f"Done: {_join([whole(n) for n in tokens])} {'new ' if more else ''}tokens."


def queued(ahead: int, *, own: bool = False) -> str:
    """Place in the queue. own: all that is before it is the visitor's own."""
    if own and ahead:
        return "Waiting for what you started before to end."
    return "Next in line." if ahead == 0 else f"{counted(ahead, 'run')} before yours."


def loading(detail: str) -> str:
    """Status while a model is loaded."""
    return f"Warming up: {detail}" if detail else "Warming up …"


def prompt_meter(tokens: int, context: int, wanted: int) -> str:
    """The prompt against the context, and what is left for the answer if `wanted` tokens do not fit."""
    size = f"{whole(tokens)} of {counted(context, 'token')}"
    if tokens >= context:
        return f"{size}: too long, shorten the prompt"
    return size if tokens + wanted <= context else f"{size}: room for {counted(context - tokens, 'new token')}"


def too_many_characters(length: int, most: int) -> str:
    """A prompt that is not even measured."""
    return f"The prompt is {whole(length)} characters long; {whole(most)} is the most this page takes. Shorten it."


def too_long(tokens: int, context: int) -> str:
    """A prompt that leaves no room for a single new token."""
    return (
        f"The prompt has {counted(tokens, 'token')}, but the model's context holds {whole(context)}, answer included. "
        "Shorten the prompt."
    )


def too_many_tokens(asked: int, most: int) -> str:
    """More than one visitor may have of the device."""
    return f"Max new tokens is {whole(asked)}; {whole(most)} is the most this page takes. Ask for fewer."


def setting_error(message: str) -> str:
    """An error of the core about a setting, in the words of the page."""
    for name, label in (("max_new_tokens", "max new tokens"), ("top_k", "top-k"), ("top_p", "top-p")):
        message = message.replace(name, label)
    return message.replace("got None", "but the field is empty")


def serving(address: str) -> str:
    """Printed once the page can be opened."""
    return f"{TITLE} is at {address} (Ctrl+C stops it)"


def takes_no_arguments(given: list[str]) -> str:
    """The command line is not where this program is told things."""
    return (
        f"error: python -m app takes no arguments, got {' '.join(given)}. Set environment variables instead; "
        "--help lists them."
    )


def cannot_listen(host: str, port: int, reason: str) -> str:
    """The port is taken, or the address is not this machine's."""
    return (
        f"Cannot listen on {host}, port {port}: {reason}. Stop what uses it, or choose another port, "
        f"for example GRIFFIN_PORT={port + 1 if port < 65535 else 7860}."
    )


def unknown_model(name: str, known: list[str]) -> str:
    """A model that is not in the catalog."""
    return f'"{name}" is not among the models offered here. Pick one of: {", ".join(known)}.'


def crowded(limit: int) -> str:
    """The queue is full."""
    return f"{whole(limit)} visitors are waiting already. Try again in a minute."


def _join(parts: list[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _lower(title: str) -> str:
    return "the full model" if title == DENSE_TITLE else title
