"""Sentences about an estimate from byte counts: will it pay? Knows no widget; numbers are formatted here."""

from griffin_core.formatting import bandwidth, counted, milliseconds, percent, times

LEAD = (
    "Will it pay on yours? A step of decoding reads every weight it uses, so bytes over bandwidth give its time. "
    "Nothing is run here."
)
SHAPE = "Shape of the model"
KEPT = "Neurons kept"
PROMPT_TOKENS = "Prompt, tokens"
NEW_TOKENS = "Answer, tokens"
DTYPE = "Number format"
DEVICE = "Device"
OTHER_DEVICE = "Another device"
BANDWIDTH = "Bandwidth, GB/s"
FIXED_MS = "Fixed time a token, ms"
FIXED_INFO = "Beside reading. Far more where Python starts each operator"
PREFILL_MS = "Prefill, ms"
PREFILL_INFO = "Time to read the prompt, for break-even. 0: not known"

FULL = "Full model"
ROWS = {
    "bytes": "Bytes read a token",
    "tpot": "Time per token",
    "rate": "Speed",
    "held": "Memory for weights and cache",
}
NO_SHAPE = "No shape is chosen. Pick one from the list."
_FIELDS = (
    ("prompt_tokens", PROMPT_TOKENS),
    ("new_tokens", NEW_TOKENS),
    ("density", KEPT),
    ("bandwidth", BANDWIDTH),
    ("fixed_ms", FIXED_MS),
    ("prefill_ms", PREFILL_MS),
)


def kept(density: float) -> str:
    """Head of the pruned model's column."""
    return f"{percent(density)} of neurons"


def with_slices(held: str, slices: str) -> str:
    """What a pruned answer needs: the full model, which reads the prompt, and its slices."""
    return f"{held}, of it slices {slices}"


def speed(title: str, density: float, speedup: float, *, dense_ms: float, pruned_ms: float) -> str:
    """The outcome."""
    if speedup <= 1:
        return f"{title} with all of its neurons reads as much as before: nothing gets faster."
    return (
        f"With {percent(density)} of its neurons {title} would decode about {times(speedup)} as fast: "
        f"{milliseconds(pruned_ms)} a token, not {milliseconds(dense_ms)}."
    )


def limit(roofline: float, share_out_of_reach: float) -> str:
    """What bounds it."""
    return (
        f"Bandwidth allows {times(roofline)} at best, the byte roofline: {percent(share_out_of_reach)} of the full "
        "model's bytes are attention, output head and cache, which pruning leaves alone."
    )


def never() -> str:
    """No gain, so nothing is paid back."""
    return "Choosing neurons is never paid back."


def unknown_break_even() -> str:
    """The prefill's time was not given."""
    return f"After how many tokens this pays for choosing neurons depends on the prefill: fill in “{PREFILL_MS}”."


def break_even(cost_ms: float, tokens: int, *, pays: bool, new_tokens: int) -> str:
    """When the gain has paid for the choice."""
    verdict = "so it pays" if pays else "so it does not pay"
    return (
        f"Choosing and copying neurons takes about {milliseconds(cost_ms)}, which is paid back after "
        f"{counted(tokens, 'token')}. The answer has {counted(new_tokens, 'token')}, {verdict}."
    )


def basis(gb_s: float, share: float, fixed_ms: float) -> str:
    """What the estimate rests on, and what it does not say."""
    return (
        f"Estimated, not measured: decoding reaches {percent(share)} of {bandwidth(gb_s)}, and "
        f"{milliseconds(fixed_ms)} a token go to everything else. It says nothing of how good the pruned answer is, "
        "nor whether all this fits into the device. Held against a measured run of the built-in model on a 2-core CPU, "
        "times came out 7 to 18 % too short and speed-ups 6 to 12 % too high."
    )


def refused(message: str) -> str:
    """An error of the core about a number, in the words of the fields."""
    for name, label in _FIELDS:
        if message.startswith(f"{name} "):
            message = f"{label}{message.removeprefix(name)}"
            break
    return message.replace("got None", "but the field is empty")
