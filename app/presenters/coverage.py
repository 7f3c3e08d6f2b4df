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
            series=tuple(self._series(*key, shares) for key, shares in self._shares.items() if self._drawn(*key)),
            chance=round(100 * kept.pop(), 2) if self._shares and len(kept) == 1 else None,
            sentence=self._sentence(),
        )

    def _drawn(self, written: str, reader: str) -> bool:
        """Every lane's neurons on the full model's text, the first one's on its own too: more could not be read."""
        full = None if self._full is None else self._full.name
        return written == full or written == reader == self._pruned[0].name

    def _series(self, written: str, reader: str, shares: Sequence[float]) -> CoverageSeries:
        writer, measured = self._lanes[written], self._lanes[reader]
        known = self._tokens.get(written, {})
        return CoverageSeries(
            key=f"{writer.lane} {measured.lane}",
            lane=measured.lane,
            name=text.coverage_name(measured.label, own=writer is measured),
            dashed=writer is measured,
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
        writer, measured = (self._lanes[name] for name in key)
        name = text.coverage_name(measured.label, own=writer is measured)
        start = writer.forced if writer.forced < len(self._shares[key]) else 0  # those up to a branch nobody chose
        shares = self._shares[key][start:]
        place, before, after = change_point(shares)
        if after < before - MARKED:
            return text.coverage_drop(name, before, after, start + place)
        if after > before + MARKED:
            return text.coverage_rise(name, before, after, start + place)
        low = min(shares)
        return text.coverage_steady(name, sum(shares) / len(shares), low, start + shares.index(low) + 1)


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
