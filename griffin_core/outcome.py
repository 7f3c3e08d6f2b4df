"""A finished run in numbers and sentences, for terminal and report. Knows figures; knows no terminal and no table."""

from collections.abc import Sequence
from typing import TypeVar

from griffin_core.events import LaneFacts, ModelFacts
from griffin_core.formatting import DASH, megabytes, milliseconds, times
from griffin_core.metrics import LaneFigures
from griffin_core.settings import DENSE

Lane = TypeVar("Lane", LaneFigures, LaneFacts)

COMMIT_LENGTH = 40
ENDED = {
    "eos": "end of text",
    "stop": "stop string",
    "length": "token limit",
    "cancelled": "cancelled",
}


def baseline_of(lanes: Sequence[Lane]) -> Lane | None:
    """The lane that the others are compared with: the first dense one."""
    return next((lane for lane in lanes if lane.method == DENSE), None)


def device_of(model: ModelFacts) -> str:
    """The device as its maker calls it: AMD EPYC 7B13."""
    return model.device_name or model.device


def place_of(model: ModelFacts) -> str:
    """The device, and what its maker calls it: cpu, AMD EPYC 7B13."""
    return model.device if model.device_name in ("", model.device) else f"{model.device}, {model.device_name}"


def kept_neurons(facts: LaneFacts, d_ff: int) -> str:
    """768 of 1,536; the widest span where layers differ."""
    if not facts.k or min(facts.k) == d_ff:
        return f"all {d_ff:,}"
    low, high = min(facts.k), max(facts.k)
    return f"{low:,} of {d_ff:,}" if low == high else f"{low:,}–{high:,} of {d_ff:,}"


def rows(lane: LaneFigures, *, compared: bool) -> dict[str, str]:
    """One lane's column of the closing table, top to bottom. `compared`: it is measured against a baseline."""
    spread = ""
    if lane.speedup_low is not None and lane.speedup_high is not None:
        spread = f" ({lane.speedup_low:.2f}–{lane.speedup_high:.2f})"
    rate = DASH if lane.tokens_per_s is None else f"{lane.tokens_per_s:.1f}"
    comparisons = {
        "decode speed-up, one run (95 %)": times(lane.speedup) + spread,
        "byte roofline": times(lane.byte_roofline),
        "end-to-end speed-up": times(lane.speedup_end_to_end),
        "break-even tokens": DASH if lane.break_even_tokens is None else f"{lane.break_even_tokens:,}",
        "matching prefix": DASH if lane.matching_prefix is None else f"{lane.matching_prefix:,} tokens",
    }
    return {
        "tokens": f"{len(lane.token_ids):,}" + (f" ({lane.given:,} given)" if lane.given else ""),
        "ended by": ENDED.get(lane.finish_reason or "", DASH),
        "tokens/s": rate,
        "TTFT": milliseconds(lane.ttft_ms),
        "  prefill": milliseconds(lane.prefill_ms),
        "  statistics and selection": milliseconds(lane.selection_ms) if lane.method != DENSE else DASH,
        "ITL p50": milliseconds(lane.itl_ms_p50),
        "ITL p95": milliseconds(lane.itl_ms_p95),
        **(comparisons if compared else dict.fromkeys(comparisons, DASH)),
        "held by this lane": megabytes(lane.held_bytes),
        "decoded by": lane.step or DASH,
    }


def heading(model: ModelFacts, *, prompt_tokens: int) -> str:
    """What ran on what."""
    revision = model.revision or ""
    if len(revision) == COMMIT_LENGTH:
        revision = revision[:12]
    named = f"{model.model} · {revision}" if revision else model.model
    versions = ", ".join(f"{name} {version}" for name, version in model.versions.items())
    return f"{named} · {model.dtype} · {place_of(model)} · {versions} · prompt of {prompt_tokens:,} tokens"


def sentences(lanes: tuple[LaneFigures, ...]) -> list[str]:
    """The outcome in words: speed, the whole answer, and answers that ended at once."""
    baseline = baseline_of(lanes)
    said = [_ended_at_once(lane) for lane in lanes if len(lane.token_ids) <= 1]
    if baseline is None:
        return [*said, "No dense lane ran, so there is nothing to compare with. Add --lane dense."]
    for lane in lanes:
        if lane is not baseline:
            said.append(_speed(lane, baseline))
            if (lane.speedup or 0) > 1 and lane.speedup_end_to_end is not None and lane.speedup_end_to_end <= 1:
                said.append(_not_paid_back(lane))
    return said


def _speed(lane: LaneFigures, baseline: LaneFigures) -> str:
    if lane.speedup is None:
        return f"{lane.name}: no speed to compare, because that takes at least two tokens in both lanes."
    taken = f"{milliseconds(lane.tpot_ms)} per token against {milliseconds(baseline.tpot_ms)}"
    if lane.effective_density >= 1.0:
        return f"{lane.name} does the same work as {baseline.name} ({taken}): any difference is noise."
    if lane.speedup_low is None:
        return f"{lane.name}: too few tokens to say whether it got faster ({taken})."
    if not lane.speedup_is_clear:
        return f"{lane.name}: no clear speed-up in this run ({taken}; the interval reaches across 1.00×)."
    if lane.speedup <= 1.0:
        return f"{lane.name}: no speed-up in this run ({taken})."
    return f"{lane.name} decoded {times(lane.speedup)} as fast as {baseline.name}{_bound(lane)} ({taken}). One run."


def _bound(lane: LaneFigures) -> str:
    if lane.byte_roofline is None or lane.speedup is None:
        return ""
    if lane.speedup > lane.byte_roofline:
        return f", above the byte roofline of {times(lane.byte_roofline)}"
    return f", of a possible {times(lane.byte_roofline)}"


def _not_paid_back(lane: LaneFigures) -> str:
    after = f"; it pays back after {lane.break_even_tokens:,} tokens" if lane.break_even_tokens else ""
    return (
        f"{lane.name}: prompt included, this answer took longer than the full model's "
        f"({times(lane.speedup_end_to_end)}), because choosing neurons costs {milliseconds(lane.selection_ms)}{after}."
    )


def _ended_at_once(lane: LaneFigures) -> str:
    if lane.finish_reason == "eos":
        return f"{lane.name} ended at once: its first token ends the text. Try --ignore-eos or another prompt."
    if lane.finish_reason == "stop":
        return f"{lane.name} ended at once: its first token completed a stop string."
    return f"{lane.name} wrote {len(lane.token_ids)} token: no time between tokens to measure."
