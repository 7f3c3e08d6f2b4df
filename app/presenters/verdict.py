"""The one big number: decode speed-up of the pruned lane, its bound and its honesty line. Knows figures only."""

from app.text import answers, hovers
from app.text import race as text
from app.views import Figure, GaugeView, PanePhase, VerdictView
from griffin_core.formatting import DASH, times
from griffin_core.metrics import LaneFigures

STEADY_TOKENS = 8
"""Timed tokens a lane needs before its speed is shown while it still runs: the first few jump about."""


def verdict_view(
    full: LaneFigures | None, pruned: LaneFigures | None, *, run: str, phase: PanePhase, new_tokens: int
) -> VerdictView:
    """Compare `pruned` with `full`. new_tokens: what the full lane wrote in this run, for the end-to-end sentence."""
    if full is None or pruned is None:
        return VerdictView(run=run, phase=phase, sentence=text.NOTHING_TO_COMPARE if phase == "done" else "")
    over = phase in ("done", "error")
    speedup = pruned.speedup if over or (_steady(full) and _steady(pruned)) else None
    low, high = (pruned.speedup_low, pruned.speedup_high) if speedup is not None else (None, None)
    clear = pruned.speedup_is_clear
    roofline = pruned.byte_roofline
    return VerdictView(
        run=run,
        phase=phase,
        headline=times(speedup),
        caption=text.caption(over=over, clear=clear) if speedup is not None else "",
        clear=clear,
        bound=text.bound(speedup, roofline) if speedup is not None and roofline is not None else "",
        spread=text.spread(low, high) if low is not None and high is not None else "",
        sentence=_sentence(full, pruned, new_tokens) if over else "",
        hover=f"{hovers.BOUND_HOVER} {hovers.SPREAD_HOVER}",
        facts=verdict_facts(full, pruned, over=over),
        gauge=None
        if speedup is None or roofline is None
        else GaugeView(value=speedup, bound=roofline, low=low, high=high),
    )


def verdict_facts(full: LaneFigures | None, pruned: LaneFigures | None, *, over: bool) -> tuple[Figure, ...]:
    """Further comparisons; the same labels whether or not there is anything to say yet."""
    if full is None or pruned is None:
        return (
            ("End to end", DASH, hovers.END_TO_END_HOVER),
            ("Break-even", DASH, hovers.BREAK_EVEN_HOVER),
            ("Agreement", DASH, hovers.MATCHING_HOVER),
        )
    matching = pruned.matching_prefix or 0
    parted = pruned.first_divergence
    complete = over and len(full.token_ids) == len(pruned.token_ids) > 0
    sentence = answers.matching_sentence(matching, parted, complete=complete, forced=full.forced)
    meaning = hovers.MATCHING_BRANCHED_HOVER if full.forced else hovers.MATCHING_HOVER
    return (
        ("End to end", times(pruned.speedup_end_to_end if over else None), hovers.END_TO_END_HOVER),
        (
            "Break-even",
            text.break_even(pruned.break_even_tokens, pruned.speedup, clear=pruned.speedup_is_clear) if over else DASH,
            hovers.BREAK_EVEN_HOVER,
        ),
        ("Agreement", answers.agreement(matching, parted, forced=full.forced), f"{sentence} {meaning}"),
    )


def _sentence(full: LaneFigures, pruned: LaneFigures, new_tokens: int) -> str:
    sentences = [
        text.speed_sentence(
            speedup=pruned.speedup,
            has_interval=pruned.speedup_low is not None,
            clear=pruned.speedup_is_clear,
            full_ms=full.tpot_ms,
            lane_ms=pruned.tpot_ms,
        )
    ]
    if pruned.effective_density == 1.0:
        sentences = [text.same_work_sentence()]
    elif pruned.speedup_end_to_end is not None:
        sentences.append(text.end_to_end_sentence(pruned.speedup_end_to_end, new_tokens))
    return " ".join(sentences)


def _steady(lane: LaneFigures) -> bool:
    return sum(ms is not None for ms in lane.itl_ms) >= STEADY_TOKENS
