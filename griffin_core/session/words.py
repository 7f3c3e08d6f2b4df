"""A session in words and cells, the same for terminal and report. Knows figures; knows neither markup nor rich."""

from griffin_core.formatting import DASH, agreement, counted, times
from griffin_core.session.summary import LaneSummary, Spread, Summary

COLUMNS = (
    "tokens",
    "tokens/s",
    "speed-up, median",
    "quartiles",
    "range",
    "end to end",
    "matching prefix, tokens",
    "same answer",
)
"""What `lane_cells` gives, beside the lane's name."""


def lane_cells(lane: LaneSummary) -> tuple[str, ...]:
    """One lane over all prompts; medians, where nothing else is said."""
    median, quartiles, whole = spread_cells(lane.speedup, digits=2, unit="×")
    share = lane.equal_share
    return (
        f"{lane.tokens:,}",
        spread_cells(lane.tokens_per_s, digits=1)[0],
        median,
        quartiles,
        whole,
        spread_cells(lane.speedup_end_to_end, digits=2, unit="×")[0],
        spread_cells(lane.matching_prefix, digits=0)[0],
        DASH if share is None else agreement(share),
    )


def spread_cells(spread: Spread | None, *, digits: int, unit: str = "") -> tuple[str, str, str]:
    """Median, quartiles, range: 1.27×, 1.20–1.31×, 1.02–1.40×"""
    if spread is None:
        return DASH, DASH, DASH

    def pair(low: float, high: float) -> str:
        return f"{low:,.{digits}f}–{high:,.{digits}f}{unit}"

    return (
        f"{spread.median:,.{digits}f}{unit}",
        pair(spread.lower_quartile, spread.upper_quartile),
        pair(spread.lowest, spread.highest),
    )


def outcome_sentences(summary: Summary) -> list[str]:
    """The session in words: how many ran, how much faster each lane was, how far answers agree."""
    said = [f"{len(summary.results):,} of {counted(summary.prompts, 'prompt')} recorded."]
    if summary.failures:
        said.append(f"{len(summary.failures):,} failed.")
    if summary.lanes and not any(lane.baseline for lane in summary.lanes):
        said.append("No dense lane ran, so there is nothing to compare with.")
    for lane in summary.lanes:
        if lane.baseline or lane.speedup is None:
            continue
        said.append(
            f"{lane.name}: median speed-up {times(lane.speedup.median)}, clearly faster on {lane.clearly_faster:,} "
            f"and clearly slower on {lane.clearly_slower:,} of {counted(lane.speedup.count, 'prompt')}; "
            f"the whole answer was the full model's on {lane.equal_answers:,}."
        )
    return said
