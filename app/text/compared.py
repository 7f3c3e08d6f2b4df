"""Sentences about two recordings side by side. Knows no event and no widget."""

from griffin_core.formatting import DASH, counted, milliseconds, rate, times, whole

NOT_TWO = "Two different recordings are needed to compare. Pin one, open another, then compare."
SAME_SPEED = "Their intervals overlap: no clear difference in speed-up."
OVERLAP, CHANCE = "overlap", "by chance"

NAMES = {
    "model": "Model",
    "revision": "Revision",
    "architecture": "Architecture",
    "dtype": "Number format",
    "n_layers": "Layers",
    "d_model": "Width of the signal",
    "d_ff": "Neurons per layer",
    "context": "Context",
    "lanes": "Lanes",
    "max_new_tokens": "Max new tokens",
    "seed": "Seed",
    "temperature": "Temperature",
    "top_k": "Top-k",
    "top_p": "Top-p",
    "ignore_eos": "Past the end of the answer",
    "schedule": "Schedule",
    "prefill_chunk": "Tokens read at once",
    "stop": "Stop strings",
    "prompt": "Prompt",
    "system prompt": "System prompt",
    "chat template": "Chat template",
    "device": "Device",
    "device_name": "Device",
    "threads": "Threads",
    "software": "Recorded with",
}
FIGURES = {
    "tokens": "Tokens",
    "ttft_ms": "Time to first token",
    "tpot_ms": "Time per token",
    "tokens_per_s": "Speed",
    "speedup": "Speed-up over the full model",
    "speedup_end_to_end": "Speed-up, prompt included",
    "matching_prefix": "Agreement with the full model",
}
MOST_CHARACTERS = 400


def name(of: str) -> str:
    """What a setting is called."""
    return NAMES.get(of, of[:1].upper() + of[1:])


def value(of: object) -> str:
    """A setting in a table."""
    if of is None or of == "":
        return DASH
    if isinstance(of, bool):
        return "on" if of else "off"
    if isinstance(of, tuple | list):
        if of and all(isinstance(item, int) for item in of):
            return counted(len(of), "token")
        return ", ".join(map(str, of)) or DASH
    words = f"{of:,}" if isinstance(of, int) else str(of)
    return words if len(words) <= MOST_CHARACTERS else f"{words[:MOST_CHARACTERS]} …"


def figure(number: float | None, unit: str) -> str:
    """A figure with its unit."""
    if number is None:
        return DASH
    match unit:
        case "ms":
            return milliseconds(number)
        case "tokens/s":
            return rate(number)
        case "×":
            return times(number)
    return whole(round(number))


def texts(same_tokens: int | None, same_characters: int, *, equal: bool, one_begins: bool) -> str:
    """How far two answers agree."""
    if equal:
        return "Both recordings hold the same text."
    number, what = (same_characters, "character") if same_tokens is None else (same_tokens, "token")
    same = f"first {what} is" if number == 1 else f"first {counted(number, what)} are"
    if one_begins:
        return f"The shorter text is the beginning of the longer one: the {same} the same."
    return f"The {same} the same, then the texts part." if same_characters else "The texts differ at once."


def experts(mean: float, chance: float | None, remark: str) -> str:
    """The overlap of the kept neurons in a sentence."""
    by_chance = f", {chance:.2f} by chance" if chance is not None else ""
    said = "The same neurons are kept." if mean == 1 else f"Overlap of the kept neurons {mean:.2f} of 1{by_chance}."
    return f"{said} {remark}".strip()


def heading(a: str, b: str) -> str:
    """Which two."""
    return f"“{a}” (A) and “{b}” (B)"


def differences(settings: int, machine: int) -> str:
    """What differs, counted."""
    if not settings and not machine:
        return "Same settings, same machine."
    parts = [counted(settings, "setting")] if settings else []
    parts += [f"{counted(machine, 'fact')} of the machine"] if machine else []
    differ = "differs" if settings + machine == 1 else "differ"
    return f"{' and '.join(parts)} {differ}."
