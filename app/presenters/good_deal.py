"""Which point of a sweep is a good deal, in one plain sentence; honest where none is. Knows points; knows no widget."""

from collections.abc import Sequence
from itertools import takewhile

from app.text import sweep as text
from app.text.race import method_title
from app.text.sweep import BROKEN_KL, LITTLE_KL
from griffin_core.events import SweepPoint


def deal_sentence(points: Sequence[SweepPoint]) -> str:
    """The first method's points judged, then the other methods beside it; "" without points."""
    if not points:
        return ""
    first = points[0].method
    own = sorted((point for point in points if point.method == first), key=lambda point: -point.density)
    said = "; ".join(words for words in (_deal(own), _breaking(own)) if words)
    return f"{said[:1].upper()}{said[1:]}.{_others(own, [point for point in points if point.method != first])}"


def _deal(own: Sequence[SweepPoint]) -> str:
    """own: of one method, the densest first."""
    mild = list(takewhile(lambda point: point.kl <= LITTLE_KL, own))
    gains = _gains(own)
    if not any(point.speedup_low for point in own):
        return f"{_quality(own, mild)}; {text.NOT_TIMED}"
    if not gains:
        crosses = all((point.speedup_high or 1) >= 1 for point in own)
        return f"{text.ALL_CROSS if crosses else text.NONE_ABOVE}; {_in_sentence(_quality(own, mild))}"
    if deals := [(point, speedup) for point, speedup in gains if point in mild]:
        last, speedup = deals[-1]
        if last is not mild[-1]:  # a gentler point that noise has made the only fast one
            last, speedup = max(deals, key=lambda deal: deal[1])
        return text.little(last.density, last.kl, down_to=last is mild[-1]) + text.faster(speedup)
    gentlest, speedup = min(gains, key=lambda gain: gain[0].kl)
    return text.dear(gentlest.density, speedup, gentlest.kl, breaks=gentlest.kl >= BROKEN_KL)


def _quality(own: Sequence[SweepPoint], mild: Sequence[SweepPoint]) -> str:
    if mild:
        return text.little(mild[-1].density, mild[-1].kl, down_to=True)
    everywhere = all(point.kl >= BROKEN_KL for point in own)
    return text.BROKEN_EVERYWHERE if everywhere else text.CHANGED_EVERYWHERE


def _breaking(own: Sequence[SweepPoint]) -> str:
    """Where it breaks for good; "" where it does not, or `_deal` has said so."""
    broken = list(takewhile(lambda point: point.kl >= BROKEN_KL, reversed(own)))
    gains = _gains(own)
    if not broken or len(broken) == len(own) or (gains and all(point.kl >= BROKEN_KL for point, _ in gains)):
        return ""
    return text.breaking(broken[-1].density, below=len(broken) > 1)


def _others(own: Sequence[SweepPoint], points: Sequence[SweepPoint]) -> str:
    """The other methods at the densities that the first one has too."""
    by_density = {point.density: point.kl for point in own}
    said = ""
    worse = []
    for method in dict.fromkeys(point.method for point in points):
        beside = [point for point in points if point.method == method and point.density in by_density]
        better_at = [point.density for point in beside if point.kl < by_density[point.density]]
        if better_at:
            said += f" {text.others([method_title(method)], better_at)}"
        elif beside:
            worse.append(method_title(method))
    return f" {text.others(worse, None)}{said}" if worse else said


def _gains(own: Sequence[SweepPoint]) -> list[tuple[SweepPoint, float]]:
    """The points that are clearly faster, and their speed-ups."""
    return [
        (point, point.speedup)
        for point in own
        if point.speedup is not None and point.speedup_low is not None and point.speedup_low > 1
    ]


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
