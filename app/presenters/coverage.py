"""How much of each token's activation energy the kept neurons carry. Knows events and views; knows no widget."""

import itertools
from collections.abc import Sequence

from app.asking.form import InspectedLane
from app.text import flocking as text
from app.views import CoverageSeries, CoverageView
from griffin_core.events import ActivationsRead, Event, TextRead

LEAST_PART = 8
"""Tokens on either side of a change, at least: a single odd token is not one."""
MARKED = 0.05
"""A change of the mean that is worth a sentence."""


class CoveragePresenter:
    """`add` each event of an inspection in order; `view()` is this part at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        self._lanes = {lane.name: lane for lane in lanes}
        self._full = next((lane for lane in lanes if lane.method == "dense"), None)
        self._pruned = [lane for lane in lanes if lane.method != "dense"]
        self._shares: dict[tuple[str, str], list[float]] = {}
        self._tokens: dict[str, dict[int, str]] = {}

    def add(self, event: Event) -> None:
        """Take one more event."""
        if isinstance(event, TextRead) and event.coverage is not None:
            self._shares.setdefault((event.text, event.reader), []).extend(event.coverage)
        elif isinstance(event, ActivationsRead) and event.text is not None:
            known = self._tokens.setdefault(event.text, {})
            known.update(zip(event.positions, event.tokens, strict=True))

    def view(self) -> CoverageView:
        """The part after the events so far."""
        kept = {lane.density for lane in self._pruned}
        return CoverageView(
            run=self._run,
            series=tuple(self._series(*key, shares) for key, shares in self._shares.items()),
            chance=round(100 * kept.pop(), 2) if self._shares and len(kept) == 1 else None,
            sentence=self._sentence(),
        )

    def _series(self, written: str, reader: str, shares: Sequence[float]) -> CoverageSeries:
        writer, measured = self._lanes[written], self._lanes[reader]
        several = len(self._pruned) > 1
        told = several and writer is not self._full  # otherwise the lane alone says which line it is
        known = self._tokens.get(written, {})
        return CoverageSeries(
            key=f"{writer.lane} {measured.lane}",
            lane=(measured if several else writer).lane,
            name=_text_name(writer, measured) if told else (measured if several else writer).label,
            dashed=told,
            percent=tuple(round(100 * share, 2) for share in shares),
            tokens=tuple(known.get(index, "") for index in range(len(shares))),
        )

    def _sentence(self) -> str:
        """About the first pruned lane's own text; about the full model's until there is one."""
        if not self._shares:
            return ""
        if min(lane.density for lane in self._pruned) == 1.0:
            return text.full_coverage()
        first = self._pruned[0].name
        key = (first, first) if (first, first) in self._shares else next(iter(self._shares))
        shares = self._shares[key]
        name = text.text_of(self._lanes[key[0]].label)
        place, before, after = change_point(shares)
        if after < before - MARKED:
            return text.coverage_drop(name, before, after, place)
        if after > before + MARKED:
            return text.coverage_rise(name, before, after, place)
        low = min(shares)
        return text.coverage_steady(name, sum(shares) / len(shares), low, shares.index(low) + 1)


def _text_name(writer: InspectedLane, measured: InspectedLane) -> str:
    if writer is measured:
        return text.own_text(measured.label)
    return text.other_text(measured.label, writer.label)


def change_point(values: Sequence[float]) -> tuple[int, float, float]:
    """Where the two parts of a series differ most: values before the place, mean before, mean after.

    The place with the least squared error of two means. Without room for two parts: (0, mean, mean).
    """
    sums = list(itertools.accumulate(values, initial=0.0))
    total, count = sums[-1], len(values)
    places = range(LEAST_PART, count - LEAST_PART + 1)
    if not places:
        return 0, total / count, total / count
    # The error is least where the parts' means, squared and weighed by their lengths, add up to most.
    best = max(places, key=lambda place: sums[place] ** 2 / place + (total - sums[place]) ** 2 / (count - place))
    return best, sums[best] / best, (total - sums[best]) / (count - best)
