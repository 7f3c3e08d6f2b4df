"""Events as they come back from a file."""

from collections.abc import Sequence

from griffin_core.events import Event, RunStarted
from griffin_core.recording import Header
from griffin_core.recording.lines import event_line, header_line, parse_event, parse_header


def read_back(events: Sequence[Event]) -> list[Event]:
    """Each of `events`, written as a line and read again."""
    return [_read_back(event) for event in events]


def _read_back(event: Event) -> Event:
    if isinstance(event, RunStarted):
        return parse_header(header_line(Header(created="2026-05-04T12:30:00Z", run=event))).run
    read = parse_event(event_line(event))
    assert read is not None
    return read
