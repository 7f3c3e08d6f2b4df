"""Moments of a recording worth jumping to. Knows events and the race they led to; knows no page."""

import bisect
from dataclasses import dataclass
from typing import Any, Literal

from app.text import replay as text
from app.text.race import lane_label
from app.views import RaceView
from griffin_core.events import Event, LaneFinished, MarkSet, StudyStarted, VoteCast
from griffin_core.recording import Recording

MarkKind = Literal["differs", "end", "look", "vote", "own"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """event: index of the event that made it; lane: whose colour it has, -1 for none; label: one line."""

    event: int
    kind: MarkKind
    lane: int
    label: str

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"event": self.event, "kind": self.kind, "lane": self.lane, "label": self.label}


class Marks:
    """`add` each event with the race after it; `found()` are the marks in the order of their moments."""

    def __init__(self, recording: Recording) -> None:
        lanes = recording.header.run.lanes
        self._places = {lane.name: place for place, lane in enumerate(lanes)}
        full = next((place for place, lane in enumerate(lanes) if lane.method == "dense"), None)
        self._compared = [place for place in range(len(lanes)) if full is not None and place != full]
        self._labels = [lane_label(lane.method, lane.density, name=lane.name) for lane in lanes]
        self._times_s = [event.t_s for event in recording.events]
        self._marks: list[Mark] = []
        self._parted = False
        self._count = 0

    def add(self, event: Event, race: RaceView) -> None:
        """Take one more event."""
        match event:
            case LaneFinished():
                lane = self._places[event.lane]
                self._set("end", lane, text.end_mark(self._labels[lane]))
            case StudyStarted():
                self._set("look", -1, text.LOOK_MARK)
            case VoteCast():
                self._set("vote", -1, text.vote_mark(event.said, event.pruned))
            case MarkSet():
                at = bisect.bisect_right(self._times_s, self._times_s[0] + event.at_s) - 1
                self._set("own", -1, event.label or text.OWN_MARK, event=max(at, 0))
        self._look_for_difference(race)
        self._count += 1

    def found(self) -> tuple[Mark, ...]:
        """All marks."""
        return tuple(sorted(self._marks, key=lambda mark: mark.event))

    def _look_for_difference(self, race: RaceView) -> None:
        """The first place where a lane parts from the full model; the lanes after it are on the same screen."""
        if self._parted:
            return
        for place in self._compared:
            pane = race.panes[place]
            if pane.diverges_at is not None:
                self._parted = True
                self._set("differs", place, text.divergence_mark(self._labels[place], pane.diverges_at + 1))
                return

    def _set(self, kind: MarkKind, lane: int, label: str, *, event: int | None = None) -> None:
        self._marks.append(Mark(event=self._count if event is None else event, kind=kind, lane=lane, label=label))
