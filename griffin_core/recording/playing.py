"""Plays a recording at its own pace. Knows events and their times; knows no screen.

A replay has one time axis: `moments` makes it from the recorded times, once, and all that plays or seeks goes by it.
"""

import time
from collections.abc import Iterator

from griffin_core.errors import SettingsError
from griffin_core.events import Event
from griffin_core.recording.reading import Recording

IDLE_S = 2.0
SLOWEST, FASTEST = 0.25, 8.0


def moments(recording: Recording, *, idle_s: float | None = IDLE_S) -> tuple[float, ...]:
    """Seconds from the start of the replay to each event at speed 1; gaps take `idle_s` at most, None: as recorded."""
    times = []
    at_s = 0.0
    before_s = recording.events[0].t_s
    for event in recording.events:
        gap_s = event.t_s - before_s
        at_s += gap_s if idle_s is None else min(gap_s, idle_s)
        before_s = event.t_s
        times.append(at_s)
    return tuple(times)


def play(recording: Recording, *, speed: float = 1.0, idle_s: float | None = IDLE_S) -> Iterator[Event]:
    """The events, each at its moment; it sleeps in between. Raises SettingsError for a speed outside 0.25 to 8."""
    if not SLOWEST <= speed <= FASTEST:
        raise SettingsError(f"speed must be between {SLOWEST} and {FASTEST:g}, got {speed:g}. Use 1 for real time.")
    return _played(recording, speed, idle_s)


def _played(recording: Recording, speed: float, idle_s: float | None) -> Iterator[Event]:
    started_s = time.monotonic()
    for event, at_s in zip(recording.events, moments(recording, idle_s=idle_s), strict=True):
        time.sleep(max(0.0, started_s + at_s / speed - time.monotonic()))
        yield event
