"""Which point of a sweep is a good deal, in one plain sentence; honest where none is. Knows points; knows no widget."""

from collections.abc import Sequence
from itertools import takewhile

from app.asking.sweep import SWEPT_METHODS, method_place
from app.text import sweep as text
from app.text.sweep import BROKEN_KL, LITTLE_KL
from griffin_core.events import SweepPoint

SAME_KL = 5e-4
"""Two KLs that differ by less read the same on the page, in nats."""


def deal_sentence(points: Sequence[SweepPoint]) -> str:
    """The first of SWEPT_METHODS that was swept is judged, then the other methods beside it; "" without points."""
    if not points:
        return ""
    first, *others = sorted(dict.fromkeys(point.method for point in points), key=method_place)
    own = sorted((point for point in points if point.method == first), key=lambda point: -point.density)
    named = text.of_method(first) if others or first != SWEPT_METHODS[0] else ""
    said = "; ".join(words for words in (_deal(own, points, named), _breaking(own)) if words)
    return " ".join([f"{said[:1].upper()}{said[1:]}.", *_others(own, points, others)])


def _deal(own: Sequence[SweepPoint], points: Sequence[SweepPoint], named: str) -> str:
    """own: of one method, the densest first; named: words that name it, or ""."""
    mild = [point for point in own if point.kl <= LITTLE_KL]
    gains = _gains(own)
    quality = named + _in_sentence(_quality(own, mild))
    if not any(point.speedup_low for point in own):
        return f"{quality}; {text.NOT_TIMED}"
    if not gains and _gains(points):
        return f"{quality}, {text.NOT_FASTER}"
    if not gains:
        crosses = all((point.speedup_high or 1) >= 1 for point in points)
        return f"{text.ALL_CROSS if crosses else text.NONE_ABOVE}; {quality}"
    if deals := [(point, speedup) for point, speedup in gains if point in mild]:
        last, speedup = deals[-1]
        if last is not mild[-1]:  # a gentler point that noise has made the only fast one
            last, speedup = max(deals, key=lambda deal: deal[1])
        words = text.little(last.density, last.kl, down_to=_down_to(last, own, mild)) + text.faster(speedup)
        return named + _in_sentence(words)
    gentlest, speedup = min(gains, key=lambda gain: gain[0].kl)
    return named + _in_sentence(text.dear(gentlest.density, speedup, gentlest.kl, breaks=gentlest.kl >= BROKEN_KL))


def _quality(own: Sequence[SweepPoint], mild: Sequence[SweepPoint]) -> str:
    if mild:
        last = mild[-1]
        return text.little(last.density, last.kl, down_to=_down_to(last, own, mild))
    everywhere = all(point.kl >= BROKEN_KL for point in own)
    return text.BROKEN_EVERYWHERE if everywhere else text.CHANGED_EVERYWHERE


def _down_to(last: SweepPoint, own: Sequence[SweepPoint], mild: Sequence[SweepPoint]) -> bool:
    """Whether `last` is the cheapest mild point, and all that are denser are mild, too."""
    return last is mild[-1] and list(own[: len(mild)]) == list(mild)


def _breaking(own: Sequence[SweepPoint]) -> str:
    """Where it breaks for good; "" where it does not, or `_deal` has said so."""
    broken = list(takewhile(lambda point: point.kl >= BROKEN_KL, reversed(own)))
    gains = _gains(own)
    if not broken or len(broken) == len(own) or (gains and all(point.kl >= BROKEN_KL for point, _ in gains)):
        return ""
    return text.breaking(broken[-1].density, below=len(broken) > 1)


def _others(own: Sequence[SweepPoint], points: Sequence[SweepPoint], methods: Sequence[str]) -> list[str]:
    """A sentence for each of the other methods, at the densities that the first one has too; those that lose more
    everywhere share one. Nothing is said where they are equal, as with every neuron kept."""
    by_density = {point.density: point.kl for point in own}
    worse, said = [], []
    for method in methods:
        beside = [point for point in points if point.method == method and point.density in by_density]
        more = {point.density: point.kl - by_density[point.density] for point in beside}
        less_at = [density for density, loss in more.items() if loss < -SAME_KL]
        more_at = [density for density, loss in more.items() if loss > SAME_KL]
        if less_at:
            said.append(text.lose_less(method, less_at))
        elif more_at and len(more_at) == len(beside):
            worse.append(method)
        elif more_at:
            said.append(text.lose_more(method, more_at))
    return [text.lose_more_everywhere(worse), *said] if worse else said


def _gains(own: Sequence[SweepPoint]) -> list[tuple[SweepPoint, float]]:
    """The points that are clearly faster, and their speed-ups."""
    return [
        (point, point.speedup)
        for point in own
        if point.speedup is not None and point.speedup_low is not None and point.speedup_low > 1
    ]


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
