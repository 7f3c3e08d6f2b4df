"""Short races on a tiny model as recordings in memory, and ways to doctor them."""

import dataclasses

from griffin_core.recording import Header, Recording
from tests.core.runs import race


def recorded(loaded, *prompt, **settings):
    return recording_of(race(loaded, *prompt, **settings))


def recording_of(events):
    events = tuple(events)
    return Recording(header=Header(version=(1, 0), created="2026-05-04T12:30:00Z", run=events[0]), events=events)


def changed(recording, change):
    """The recording with each event as `change` makes it; None leaves it out."""
    return recording_of(event for old in recording.events if (event := change(old)) is not None)


def with_start(recording, **fields):
    start = dataclasses.replace(recording.header.run, **fields)
    return recording_of([start, *recording.events[1:]])


def with_model(recording, **facts):
    return with_start(recording, model=dataclasses.replace(recording.header.run.model, **facts))


def drained(run):
    seen = []
    while True:
        try:
            seen.append(next(run))
        except StopIteration as done:
            return seen, done.value
