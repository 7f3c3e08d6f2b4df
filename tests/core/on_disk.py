"""Recordings in files: written, read back as they come, and what may follow a race in one."""

from collections.abc import Sequence
from pathlib import Path

from griffin_core.events import Event, RunFinished, RunStarted, StudyProgress, StudyStarted, VoteCast
from griffin_core.recording import Header, record
from griffin_core.recording.lines import event_line, header_line, parse_event, parse_header
from tests.core.scripted_run import FACTS

LOOK = (
    StudyStarted(t_s=0.5, kind="inspection", model=FACTS),
    StudyProgress(t_s=0.75, what="reading", done=1, total=1),
    RunFinished(t_s=1.0, reason="done"),
)
VOTE = VoteCast(t_s=0.0, said="A", pruned="B")


def written(path: Path, events: Sequence[Event], **header: object) -> Path:
    """A recording of the events at `path`; header: title, prompt, tags."""
    list(record(events, path, **header))  # type: ignore[arg-type]
    return path


def read_back(events: Sequence[Event]) -> list[Event]:
    """Each of `events`, written as a line and read again."""
    return [_read_back(event) for event in events]


def _read_back(event: Event) -> Event:
    if isinstance(event, RunStarted):
        return parse_header(header_line(Header(created="2026-05-04T12:30:00Z", run=event))).run
    read = parse_event(event_line(event))
    assert read is not None
    return read
