"""Two recordings → what the page shows of both. Knows recordings; knows no file and no widget."""

from app.text import compared as text
from app.text.race import lane_title
from app.views import ComparedLaneView, ComparedView, LayerLine
from griffin_core.comparing import Difference, ExpertsCompared, FigurePair, LanePair, compare
from griffin_core.formatting import DASH, times
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.recording import Recording
from griffin_core.settings import DENSE


def compared(a: Recording, b: Recording, *, titles: tuple[str, str]) -> ComparedView:
    """A beside B."""
    found = compare(a, b)
    lanes_a, lanes_b = _lanes(a), _lanes(b)
    return ComparedView(
        a=titles[0],
        b=titles[1],
        sentence=text.differences(len(found.settings), len(found.machine)),
        settings=tuple(map(_row, found.settings)),
        machine=tuple(map(_row, found.machine)),
        lanes=tuple(_lane(pair, lanes_a[pair.a], lanes_b[pair.b]) for pair in found.pairs),
        remarks=found.remarks,
    )


def _lanes(recording: Recording) -> dict[str, LaneFigures]:
    tally = RunTally()
    for event in recording.race:
        tally.add(event)
    return {lane.name: lane for lane in tally.lanes()}


def _lane(pair: LanePair, a: LaneFigures, b: LaneFigures) -> ComparedLaneView:
    place = pair.same_characters
    titles = dict.fromkeys(lane_title(lane.method, lane.density, name=lane.name) for lane in (a, b))
    equal = a.text == b.text
    return ComparedLaneView(
        title=" / ".join(titles),
        shared=a.text[:place],
        rest_a=a.text[place:],
        rest_b=b.text[place:],
        sentence=" ".join(
            (
                text.texts(pair.same_tokens, place, equal=equal, one_begins=not equal and pair.parted is None),
                *([text.SAME_SPEED] if pair.speedups_apart is False else []),
            )
        ),
        figures=tuple(_figure(one) for one in pair.figures if one.a is not None or one.b is not None),
        lines=_lines(pair.experts),
        experts="" if a.method == b.method == DENSE else _experts(pair.experts),
    )


def _row(difference: Difference) -> tuple[str, str, str]:
    return text.name(difference.name), text.value(difference.a), text.value(difference.b)


def _figure(pair: FigurePair) -> tuple[str, str, str, str]:
    values = (text.figure(pair.a, pair.unit), text.figure(pair.b, pair.unit))
    says_nothing = pair.ratio is None or pair.name == "matching_prefix"  # agreement is with each one's own full model
    return text.FIGURES.get(pair.name, pair.name), *values, DASH if says_nothing else times(pair.ratio)


def _lines(experts: ExpertsCompared) -> tuple[LayerLine, ...]:
    if experts.jaccard is None:
        return ()
    overlap = LayerLine(name=text.OVERLAP, values=experts.jaccard)
    chance = () if experts.chance is None else (LayerLine(name=text.CHANCE, values=experts.chance, style="dash"),)
    return overlap, *chance


def _experts(experts: ExpertsCompared) -> str:
    if experts.mean is None:
        return experts.remark
    return text.experts(experts.mean, experts.mean_chance, experts.remark)
