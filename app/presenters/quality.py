"""How each written token looks to the full model and to a pruned one. Knows events and views; knows no widget."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from app.asking.form import InspectedLane
from app.text import quality as text
from app.views import Figure, LaneSummaryView, QualityView, ReadingView, TextQualityView
from griffin_core.events import Event, RunFinished, TextRead
from griffin_core.settings import DENSE

LEAST_LOGPROB = -99.0
"""Nats. Less likely tokens are shown as this; a browser could not read minus infinity."""


@dataclass
class _Reading:
    """One model's reading of one text so far."""

    rows: list[str] = field(default_factory=list)
    logprob: list[float] = field(default_factory=list)
    agrees: list[bool] = field(default_factory=list)
    kl: list[float] = field(default_factory=list)
    coverage: list[float] = field(default_factory=list)

    def add(self, event: TextRead) -> None:
        self.rows += [_row(event, index) for index in range(len(event.logprob))]
        self.logprob += [max(logprob, LEAST_LOGPROB) for logprob in event.logprob]
        self.agrees += event.agrees
        self.kl += event.kl or ()
        self.coverage += event.coverage or ()


class QualityPresenter:
    """`add` each event of an inspection in order; `view()` is this part at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        self._lanes = tuple(lanes)
        self._full = next((lane for lane in self._lanes if lane.method == "dense"), None)
        self._pruned = next((lane for lane in self._lanes if lane.method != "dense"), None)
        self._judged_from = max((lane.judged_from for lane in self._lanes), default=1)
        self._readings: dict[tuple[str, str], _Reading] = {}
        self._words: dict[int, str] = {}
        self._done = False

    def add(self, event: Event) -> None:
        """Take one more event."""
        match event:
            case TextRead():
                self._readings.setdefault((event.text, event.reader), _Reading()).add(event)
                for alternative in (one for best in event.best for one in best):
                    self._words.setdefault(alternative.token_id, alternative.text)
            case RunFinished():
                self._done = event.reason == "done"

    def view(self) -> QualityView:
        """The part after the events so far."""
        return QualityView(
            run=self._run,
            texts=tuple(self._text(lane) for lane in self._lanes),
            words=tuple(f"{token_id} {word}" for token_id, word in self._words.items()),
            sentence=self._sentence() if self._done else "",
            summary=self._summaries() if self._done else (),
        )

    def _text(self, lane: InspectedLane) -> TextQualityView:
        """A dense lane's text is compared with the first pruned lane, a pruned one's with its own."""
        reader = self._pruned if lane.method == "dense" else lane
        return TextQualityView(
            lane=lane.lane,
            forced=lane.forced,
            full=ReadingView(
                lane=0 if self._full is None else self._full.lane,
                name=text.FULL,
                rows=tuple(self._reading(lane.name, DENSE).rows),
            ),
            pruned=None if reader is None else self._by(reader, lane),
        )

    def _by(self, reader: InspectedLane, lane: InspectedLane) -> ReadingView:
        rows = self._reading(lane.name, reader.name).rows
        return ReadingView(lane=reader.lane, name=reader.label, rows=tuple(rows))

    def _reading(self, written_by: str, reader: str) -> _Reading:
        return self._readings.get((written_by, reader), _Reading())

    def _sentence(self) -> str:
        """About the first pruned lane."""
        if self._pruned is None:
            return ""
        forced = self._forced(self._pruned)
        full, own = self._own(self._full), self._own(self._pruned)
        return text.sentence(
            agreed=sum(forced.agrees[self._judged_from :]),
            places=len(forced.agrees[self._judged_from :]),
            branched=self._judged_from > 1,
            ratio=None if full is None or own is None else math.exp(full - own),
        )

    def _summaries(self) -> tuple[LaneSummaryView, ...]:
        return tuple(
            LaneSummaryView(lane=lane.lane, name=lane.label, figures=self._figures(lane))
            for lane in self._lanes
            if lane.method != "dense"
        )

    def _figures(self, lane: InspectedLane) -> tuple[Figure, ...]:
        forced, start = self._forced(lane), self._judged_from
        agrees = forced.agrees[start:]
        parted = next((index for index, agreed in enumerate(agrees, start=start) if not agreed), None)
        kl = fmean(forced.kl[start:]) if len(forced.kl) > start else None
        covered = fmean(forced.coverage[start:]) if len(forced.coverage) > start else None
        return (
            ("Mean KL on the full model's text", text.nats(kl), text.KL_HOVER),
            ("Same first choice there", text.agreement(sum(agrees), len(agrees)), text.AGREEMENT_HOVER),
            ("First different choice", text.divergence(parted, len(agrees)), text.DIVERGENCE_HOVER),
            ("Coverage of that text", text.coverage(covered), text.COVERAGE_HOVER),
            ("Its own text, to the full model", text.logprob(self._own(lane)), text.OWN_HOVER),
            ("The full model's own text", text.logprob(self._own(self._full)), text.FULL_OWN_HOVER),
        )

    def _forced(self, lane: InspectedLane) -> _Reading:
        """How a pruned lane reads the full model's text."""
        return _Reading() if self._full is None else self._reading(self._full.name, lane.name)

    def _own(self, lane: InspectedLane | None) -> float | None:
        """The full model's mean log-probability, nats a token, of what a lane itself has written after its first."""
        logprob = [] if lane is None else self._reading(lane.name, DENSE).logprob[self._judged_from :]
        return fmean(logprob) if logprob else None


def _row(event: TextRead, index: int) -> str:
    """See ReadingView.rows."""
    numbers = [_short(max(event.logprob[index], LEAST_LOGPROB)), str(event.rank[index])]
    numbers += [_short(values[index]) if values is not None else "-" for values in (event.kl, event.coverage)]
    for alternative in event.best[index]:
        numbers += [str(alternative.token_id), _short(alternative.probability)]
    return " ".join(numbers)


def _short(value: float) -> str:
    """Three digits after the point at most: 0.5, 0.123, 0"""
    return f"{round(value, 3) + 0.0:g}"
