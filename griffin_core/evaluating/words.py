"""An evaluation in words and cells, the same for terminal and report. Knows figures; knows neither markup nor rich."""

from collections.abc import Sequence

from griffin_core.evaluating.bootstrap import Interval, Paired
from griffin_core.evaluating.figures import LaneEvaluation
from griffin_core.formatting import DASH, counted, milliseconds

COLUMNS = (
    "KL, mean",
    "KL, 95 % interval",
    "KL, median",
    "KL, 95th percentile",
    "forced agreement",
    "divergent tokens",
    "first divergent token, mean",
    "never divergent, prompts",
    "log-probability of own text",
    "perplexity of own text",
    "ROUGE-L",
    "feed-forward bytes",
    "selection, median",
    "time per token, median",
)
"""What `lane_cells` gives, beside the lane's name."""
FEW = 20
"""Prompts below which a percentile bootstrap is known to give too narrow intervals."""
COMPARED = {"kl": "KL", "top1": "forced agreement", "rouge_l": "ROUGE-L", "tpot_ms": "time per token, ms"}


def lane_cells(lane: LaneEvaluation) -> tuple[str, ...]:
    """One lane over all prompts."""
    return (
        _number(lane.kl_mean),
        _interval(lane.kl_ci95),
        _number(lane.kl_median),
        _number(lane.kl_p95),
        _number(lane.top1),
        _number(lane.sdt),
        _number(lane.fdt_mean, digits=1),
        f"{lane.undiverged:,} of {lane.judged:,}",
        _number(lane.full_logprob),
        _number(lane.full_perplexity, digits=2),
        _number(lane.rouge_l),
        _number(lane.ff_bytes_share),
        milliseconds(lane.selection_ms),
        milliseconds(lane.tpot_ms),
    )


def comparison_rows(lanes: Sequence[LaneEvaluation]) -> list[tuple[str, str, str, str]]:
    """Lane, figure, difference and ratio to the first lane, each with its interval; nothing for the first lane."""
    return [
        (lane.name, COMPARED[figure], *_paired_cells(found))
        for lane in lanes[1:]
        for figure, found in lane.against_first.items()
        if found is not None
    ]


def notes(lanes: Sequence[LaneEvaluation], *, prompts: int) -> list[str]:
    """What must be known to read the figures."""
    first = lanes[0]
    said = [
        f"{counted(prompts, 'prompt')}, {first.judged:,} of them judged, at {counted(first.tokens, 'position')}. "
        "KL and log-probability in nats; intervals are bootstraps over prompts.",
        f"ROUGE-L: {first.rouge}.",
    ]
    if first.judged < prompts:
        said.append("The full model ends its answer to the others with the first token, which is dense in every lane.")
    if prompts < FEW:
        said.append("From so few prompts intervals come out too narrow.")
    return said


def _paired_cells(found: Paired) -> tuple[str, str]:
    difference = f"{found.difference:+.3f} {_bracketed(found.difference_ci95)}".rstrip()
    ratio = DASH if found.ratio is None else f"{found.ratio:.3f}× {_bracketed(found.ratio_ci95)}".rstrip()
    return difference, ratio


def _bracketed(interval: Interval | None) -> str:
    return "" if interval is None else f"[{_interval(interval)}]"


def _interval(interval: Interval | None) -> str:
    return DASH if interval is None else f"{interval[0]:.3f}, {interval[1]:.3f}"


def _number(value: float | None, *, digits: int = 3) -> str:
    return DASH if value is None else f"{value:,.{digits}f}"
