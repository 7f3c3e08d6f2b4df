"""A recording → everything a replay page shows, as patches on one time axis.

The events go one by one through the presenters of the live page, and the values are those that the live page sends.
Knows events, presenters and the wire; knows no page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.presenters import InspectionPresenter, RacePresenter
from app.presenters.panes import blank_pane
from app.presenters.status import machine_details, machine_line
from app.replaying.head import head_of
from app.replaying.marks import Mark, Marks
from app.replaying.patches import Patch, difference, patched
from app.text import replay as text
from app.views import ChartView, InspectionView, MapView, RaceView, StatusView, VerdictView
from app.wire import Values, look_values, race_values
from griffin_core.errors import RecordingError
from griffin_core.events import Event, MarkSet, StudyStarted, TokenEmitted, VoteCast
from griffin_core.recording import Recording, moments

RUN = "recorded"
"""Id of the run in every value: a page replays one."""

IDLE_S = 2.0
"""What a wait takes at most, unless the viewer wants waits as they were."""


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What a page needs to replay a recording.

    head: words for the header. start: the values before the first event. patches: one an event, None where it changed
    nothing. recorded_s, shortened_s: the axis, one moment an event, as it was and with waits of `idle_s` at most.
    tokens: indices of events that show a token, to step by.
    """

    head: dict[str, Any]
    start: Values
    patches: tuple[Patch | None, ...]
    recorded_s: tuple[float, ...]
    shortened_s: tuple[float, ...]
    idle_s: float
    tokens: tuple[int, ...]
    marks: tuple[Mark, ...]

    @property
    def duration_s(self) -> float:
        """As recorded."""
        return self.recorded_s[-1]

    def values(self) -> Iterator[Values]:
        """The values after each event, as the player makes them."""
        values = self.start
        for patch in self.patches:
            values = values if patch is None else patched(values, patch)
            yield values

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "head": self.head,
            "start": self.start,
            "patches": list(self.patches),
            "recorded": _thousandths(self.recorded_s),
            "shortened": _thousandths(self.shortened_s),
            "idle": self.idle_s,
            "tokens": list(self.tokens),
            "marks": [mark.as_json() for mark in self.marks],
        }


def timeline_of(recording: Recording) -> Timeline:
    """Fold the recording once; takes a few milliseconds an event.

    Raises RecordingError for one whose events are in order but cannot be shown, which only a forged one has.
    """
    fold, marks = Fold(recording), Marks(recording)
    start = values = fold.values()
    patches = []
    for number, event in enumerate(recording.events, start=1):
        try:
            fold.add(event)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise RecordingError(text.cannot_be_shown(number, event.code)) from error
        if number == len(recording.events):
            fold.end()
        after = fold.values()
        patches.append(difference(values, after))
        marks.add(event, fold.race)
        values = after
    return Timeline(
        head=head_of(recording),
        start=start,
        patches=tuple(patches),
        recorded_s=moments(recording, idle_s=None),
        shortened_s=moments(recording, idle_s=IDLE_S),
        idle_s=IDLE_S,
        tokens=tuple(at for at, event in enumerate(recording.events) if isinstance(event, TokenEmitted)),
        marks=marks.found(),
    )


class Fold:
    """The values of a page while a recording plays: the race, then the closer looks at it."""

    def __init__(self, recording: Recording) -> None:
        self.race = before_race(recording)
        self._race = RacePresenter(self.race)
        self._look: InspectionPresenter | None = None
        self._seen = False
        self._values = race_values(self.race)
        if recording.looks:
            status = StatusView(phase="ready", text=text.LOOK_LATER)
            self._values |= look_values(InspectionView(status=status))

    def add(self, event: Event) -> None:
        """Take one more event. Votes and marks change nothing that is shown."""
        if isinstance(event, VoteCast | MarkSet):
            return
        if isinstance(event, StudyStarted):
            self._look = InspectionPresenter(RUN, self._race.inspected)
        if self._look is None:
            self._race.add(event)
            self.race = self._race.view()
            self._values = {**self._values, **race_values(self.race)}
            return
        self._look.add(event)
        view = self._look.view()
        told = look_values(view)
        if self._seen:  # a second look is one at another layer: the rest stays, as on the live page
            told = {name: told[name] for name in ("look", "flocking")}
        self._seen = self._seen or view.status.phase == "done"
        self._values = {**self._values, **told}

    def end(self) -> None:
        """No more events will come: what is not over was broken off, and nothing is at work any more."""
        if not self.race.over:
            panes = tuple(replace(pane, phase="done") for pane in self.race.panes)
            verdict = replace(self.race.verdict, phase="done")
            self.race = replace(self.race, panes=panes, verdict=verdict, status=_broken_off(self.race.status))
            self._values = {**self._values, **race_values(self.race)}
        look = self._look and self._look.view()
        if look and not look.over:
            told = look_values(replace(look, status=_broken_off(look.status)))
            if self._seen:
                told = {name: told[name] for name in ("look", "flocking")}
            self._values = {**self._values, **told}

    def values(self) -> Values:
        """Those after the events so far."""
        return self._values


def before_race(recording: Recording) -> RaceView:
    """The page before the first event: a pane a lane, with the text that the race continued."""
    run = recording.header.run
    given: dict[str, list[str]] = {lane.name: [] for lane in run.lanes}
    for event in recording.race:
        if isinstance(event, TokenEmitted) and event.given:
            given[event.lane].append(event.text)
    panes = tuple(
        blank_pane(
            lane.method, lane.density, run=RUN, lane=index, phase="idle", pieces=given[lane.name], name=lane.name
        )
        for index, lane in enumerate(run.lanes)
    )
    status = StatusView(phase="ready", text="", machine=machine_line(run.model), details=machine_details(run.model))
    return RaceView(
        run=RUN,
        panes=panes,
        verdict=VerdictView(run=RUN),
        chart=ChartView(run=RUN),
        map=MapView(run=RUN),
        status=status,
    )


def _broken_off(status: StatusView) -> StatusView:
    return replace(status, phase="cancelled", text=text.BROKEN_OFF, progress=None)


def _thousandths(moments_s: tuple[float, ...]) -> list[float]:
    return [round(at_s, 3) for at_s in moments_s]
