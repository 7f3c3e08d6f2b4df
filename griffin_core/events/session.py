"""What people did around a race, as frozen records: a vote, a mark. Nothing here was computed."""

from dataclasses import dataclass
from typing import ClassVar

from griffin_core.events.base import Event


@dataclass(frozen=True, kw_only=True)
class VoteCast(Event):
    """Which of two hidden panes somebody took for the pruned one: what was `said`, "A", "B" or "", and which is."""

    code: ClassVar[str] = "vote"
    said: str
    pruned: str


@dataclass(frozen=True, kw_only=True)
class MarkSet(Event):
    """A moment worth coming back to. at_s: on the recording's axis; label: one line, "" where none was given."""

    code: ClassVar[str] = "mark"
    at_s: float
    label: str = ""
