"""One run as two threads see it: the device's thread puts events in, the page takes them out. Knows no model."""

import threading
import time

from app.engines.interface import Request
from griffin_core.events import Event, RunFailed, RunFinished

LISTEN_TIMEOUT_S = 30.0
"""A run that nobody has asked for events for this long is cancelled: its page is gone."""

PAGE_TURN_S = 0.05
"""Longest pause between two steps that lets the page work off what it was just given."""


class LocalRun:
    """Events of one run, kept until they are taken. Every method may be called from any thread."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.finished = False
        self._changed = threading.Condition()
        self._events: list[Event] = []
        self._last_t_s = 0.0
        self._playing = False
        self._ended = False
        self._cancelled = False
        self._page_busy = False
        self._heard_s = time.monotonic()

    # The page's side.

    def next_events(self, timeout_s: float) -> list[Event]:
        """Collect for `timeout_s` and return what came, in order; return early only when the run ends."""
        with self._changed:
            self._page_busy = False
            self._heard_s = time.monotonic()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._ended, timeout_s)
            batch, self._events = self._events, []
            self.finished = self._ended
            self._page_busy = bool(batch)
            self._heard_s = time.monotonic()
        return batch

    def cancel(self) -> None:
        """End the run after the step in hand; at once while it has not begun."""
        with self._changed:
            self._cancelled = True
            if not self._playing:
                self._end("cancelled")

    # The device's side.

    @property
    def unwanted(self) -> bool:
        """Whether the run should end: it was cancelled, or nobody listens any more."""
        return self._cancelled or time.monotonic() - self._heard_s > LISTEN_TIMEOUT_S

    def begin_playing(self) -> bool:
        """From here on only the device's thread ends the run. False: it has ended already, do not play it."""
        with self._changed:
            if self.unwanted:
                self._end("cancelled")
            self._playing = not self._ended
            return self._playing

    def put(self, event: Event) -> None:
        """Keep one more event for the page. Wakes nobody, so that no thread runs into the next timed step."""
        with self._changed:
            self._last_t_s = event.t_s
            self._events.append(event)
            if isinstance(event, RunFinished):
                self._ended = True
                self._changed.notify_all()

    def wait_for_page(self) -> None:
        """Between two steps: let the page finish its update, so that its work falls into no timed step."""
        with self._changed:
            self._changed.wait_for(lambda: not self._page_busy or self._cancelled, PAGE_TURN_S)

    def end_cancelled(self) -> None:
        """Nothing more will come."""
        with self._changed:
            self._end("cancelled")

    def end_failed(self, kind: str, message: str) -> None:
        """Nothing more will come, because of an error. `message` is fit for the visitor."""
        with self._changed:
            if not self._ended:
                self._events.append(RunFailed(t_s=self._last_t_s, type=kind, message=message))
                self._ended = True
                self._changed.notify_all()

    def _end(self, reason: str) -> None:
        if not self._ended:
            self._events.append(RunFinished(t_s=self._last_t_s, reason=reason))
            self._ended = True
            self._changed.notify_all()
