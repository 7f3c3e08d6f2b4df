"""A lane of one recording beside a lane of the other: texts, figures, neurons. Knows figures and plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from griffin_core.chance import chance_jaccard
from griffin_core.comparing.records import ExpertsCompared, FigurePair, LanePair, Parting
from griffin_core.events import LayerChoice, ModelFacts, PlanMade
from griffin_core.kept_sets import kept_overlap, same_shape
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.outcome import baseline_of
from griffin_core.recording import Recording
from griffin_core.settings import DENSE

FIGURES = (
    ("ttft_ms", "ms"),
    ("tpot_ms", "ms"),
    ("tokens_per_s", "tokens/s"),
)
AGAINST_BASELINE = (
    ("speedup", "×"),
    ("speedup_end_to_end", "×"),
    ("matching_prefix", "tokens"),
)
"""Fields of LaneFigures that are set side by side, with their unit; the last ones say nothing of a baseline itself."""

EXCERPT = 60
"""Characters shown before and after the place where two texts part."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One lane of a recording, folded. plans: in the order they were made. baseline: others are measured against it."""

    model: ModelFacts
    figures: LaneFigures
    plans: tuple[PlanMade, ...]
    baseline: bool


def lanes_of(recording: Recording) -> tuple[Lane, ...]:
    """Its lanes, in the order the race was asked for."""
    tally = RunTally()
    plans: dict[str, list[PlanMade]] = {}
    for event in recording.race:
        tally.add(event)
        if isinstance(event, PlanMade):
            plans.setdefault(event.lane, []).append(event)
    model = recording.header.run.model
    figures = tally.lanes()
    baseline = baseline_of(figures)
    return tuple(
        Lane(model=model, figures=lane, plans=tuple(plans.get(lane.name, ())), baseline=lane is baseline)
        for lane in figures
    )


def pair_of(a: Lane, b: Lane, *, by: str) -> LanePair:
    """Two lanes compared; `by`: how they came together."""
    one, other = a.figures, b.figures
    same_characters = _same(one.text, other.text)
    return LanePair(
        a=one.name,
        b=other.name,
        by=by,
        same_tokens=_same(one.token_ids, other.token_ids) if a.model.model == b.model.model else None,
        same_characters=same_characters,
        parted=_parting(one.text, other.text, same_characters),
        figures=tuple(_figures(a, b)),
        speedups_apart=_apart(one, other),
        experts=_experts(a, b),
    )


def _same(a: Sequence[object], b: Sequence[object]) -> int:
    """How many are equal from the start."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(a), len(b)))


def _parting(a: str, b: str, place: int) -> Parting | None:
    if place in (len(a), len(b)):
        return None
    after = slice(place, place + EXCERPT)
    return Parting(shared=a[max(0, place - EXCERPT) : place], a=a[after], b=b[after])


def _figures(a: Lane, b: Lane) -> list[FigurePair]:
    pairs: list[tuple[str, str, float | None, float | None]] = [
        ("tokens", "tokens", len(a.figures.token_ids), len(b.figures.token_ids))
    ]
    pairs += [(name, unit, getattr(a.figures, name), getattr(b.figures, name)) for name, unit in FIGURES]
    for name, unit in AGAINST_BASELINE:
        one, other = (None if lane.baseline else getattr(lane.figures, name) for lane in (a, b))
        pairs.append((name, unit, one, other))
    return [
        FigurePair(name=name, unit=unit, a=one, b=other, ratio=other / one if one and other is not None else None)
        for name, unit, one, other in pairs
    ]


def _apart(a: LaneFigures, b: LaneFigures) -> bool | None:
    if a.speedup_low is None or a.speedup_high is None or b.speedup_low is None or b.speedup_high is None:
        return None
    return a.speedup_high < b.speedup_low or b.speedup_high < a.speedup_low


def _experts(a: Lane, b: Lane) -> ExpertsCompared:
    dense = [lane.figures.name for lane in (a, b) if lane.figures.method == DENSE]
    if dense:
        return ExpertsCompared(remark=f"{' and '.join(dict.fromkeys(dense))} keeps every neuron.")
    if not (a.plans and b.plans and a.plans[0].layers and b.plans[0].layers):
        missing = "A" if not (a.plans and a.plans[0].layers) else "B"
        return ExpertsCompared(remark=f"The lane of {missing} ended before it chose its neurons.")
    if not same_shape(a.model, b.model):
        said = " and ".join(f"{model.n_layers:,} layers of {model.d_ff:,} neurons" for model in (a.model, b.model))
        return ExpertsCompared(remark=f"The models have different shapes: {said}.")
    remarks = []
    if a.model.model != b.model.model:
        remarks.append("The models differ: neurons in the same place need not do the same.")
    if len(a.plans) > 1 or len(b.plans) > 1:
        remarks.append("A lane chose again later; its first choice is compared.")
    one, other = a.plans[0].layers, b.plans[0].layers
    return ExpertsCompared(
        jaccard=kept_overlap(one, other), chance=_chance(one, other, a.model.d_ff), remark=" ".join(remarks)
    )


def _chance(a: Sequence[LayerChoice], b: Sequence[LayerChoice], d_ff: int) -> tuple[float, ...] | None:
    sizes = [(one.k, other.k) for one, other in zip(a, b, strict=True)]
    return tuple(chance_jaccard(d_ff, *pair) for pair in sizes) if all(map(all, sizes)) else None
