"""A lane of one recording beside a lane of the other: texts, figures, neurons. Knows figures and plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from griffin_core.chance import chance_jaccard
from griffin_core.comparing.records import ExpertsCompared, FigurePair, LanePair, Parting
from griffin_core.events import LayerChoice, ModelFacts, PlanMade
from griffin_core.kept_sets import kept_overlap
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.recording import Recording
from griffin_core.settings import DENSE

FIGURES = (
    ("ttft_ms", "ms"),
    ("tpot_ms", "ms"),
    ("tokens_per_s", "tokens/s"),
    ("speedup", "×"),
    ("speedup_end_to_end", "×"),
    ("matching_prefix", "tokens"),
)
"""Fields of LaneFigures that are set side by side, with their unit."""

EXCERPT = 60
"""Characters shown before and after the place where two texts part."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One lane of a recording, folded. plans: in the order they were made."""

    model: ModelFacts
    figures: LaneFigures
    plans: tuple[PlanMade, ...]


def lanes_of(recording: Recording) -> tuple[Lane, ...]:
    """Its lanes, in the order the race was asked for."""
    tally = RunTally()
    plans: dict[str, list[PlanMade]] = {}
    for event in recording.race:
        tally.add(event)
        if isinstance(event, PlanMade):
            plans.setdefault(event.lane, []).append(event)
    model = recording.header.run.model
    return tuple(Lane(model=model, figures=lane, plans=tuple(plans.get(lane.name, ()))) for lane in tally.lanes())


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
        figures=tuple(_figures(one, other)),
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


def _figures(a: LaneFigures, b: LaneFigures) -> list[FigurePair]:
    values = [("tokens", "tokens", len(a.token_ids), len(b.token_ids))]
    values += [(name, unit, getattr(a, name), getattr(b, name)) for name, unit in FIGURES]
    return [
        FigurePair(name=name, unit=unit, a=one, b=other, ratio=other / one if one and other is not None else None)
        for name, unit, one, other in values
    ]


def _experts(a: Lane, b: Lane) -> ExpertsCompared:
    dense = [lane.figures.name for lane in (a, b) if lane.figures.method == DENSE]
    if dense:
        return ExpertsCompared(remark=f"{' and '.join(dict.fromkeys(dense))} keeps every neuron.")
    if not (a.plans and b.plans and a.plans[0].layers and b.plans[0].layers):
        missing = "A" if not (a.plans and a.plans[0].layers) else "B"
        return ExpertsCompared(remark=f"The lane of {missing} ended before it chose its neurons.")
    shapes = [(lane.model.n_layers, lane.model.d_ff) for lane in (a, b)]
    if shapes[0] != shapes[1]:
        said = " and ".join(f"{layers:,} layers of {d_ff:,} neurons" for layers, d_ff in shapes)
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
