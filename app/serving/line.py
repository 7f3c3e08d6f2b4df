"""Who waits for the device, in the order they came. Knows tickets; knows no events and no views."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from app.engines.interface import Run
from app.text import race as text
from griffin_core.errors import GriffinError

HEARTBEAT_S = 0.5
"""Longest silence: the page is told at least this often, because only then a closed tab is noticed."""

ABANDONED_S = 30.0
"""A visitor who takes no view for this long has left without a word and loses the place in line."""

MAX_WAITING = 16
RACE = "race"


@dataclass(eq=False)
class Ticket:
    """A visitor's place in line. kind: what waits."""

    visitor: str
    kind: str = RACE
    run_id: str = field(default_factory=lambda: uuid4().hex)
    cancelled: bool = False
    run: Run | None = None
    seen_s: float = field(default_factory=time.monotonic)

    def seen(self) -> None:
        """The visitor has just taken a view."""
        self.seen_s = time.monotonic()

    def stop(self) -> None:
        """Ask the run to end; returns at once."""
        self.cancelled = True
        if self.run is not None:
            self.run.cancel()


class Line:
    """Tickets in order; every method may be called from any thread."""

    def __init__(self) -> None:
        self._tickets: list[Ticket] = []
        self._moved = threading.Condition()

    def join(self, ticket: Ticket) -> None:
        """Stand at the end, in place of the visitor's older tickets of this kind. A race takes the place of all.

        Raises GriffinError when too many wait already.
        """
        with self._moved:
            self.leave(ticket.visitor, None if ticket.kind == RACE else ticket.kind)
            self._drop_abandoned(self._tickets)
            if len(self._tickets) > MAX_WAITING:
                raise GriffinError(text.crowded(MAX_WAITING))
            self._tickets.append(ticket)

    def wait(self, ticket: Ticket) -> Iterator[int]:
        """Runs before this one, at every change and heartbeat, until there are none or the visitor stops."""
        ahead = -1
        while True:
            with self._moved:
                self._moved.wait_for(lambda: ticket.cancelled or self._tickets.index(ticket) != ahead, HEARTBEAT_S)
                if ticket.cancelled or (ahead := self._tickets.index(ticket)) == 0:
                    return
                before = self._tickets[:ahead]
            yield ahead
            with self._moved:
                self._drop_abandoned(before)

    def drop(self, tickets: Sequence[Ticket]) -> None:
        """Take tickets out of the line. Their runs end after the step in hand; the engine keeps the order."""
        with self._moved:
            for ticket in tickets:
                ticket.stop()
                if ticket in self._tickets:
                    self._tickets.remove(ticket)
            self._moved.notify_all()

    def leave(self, visitor: str, kind: str | None = None) -> None:
        """Drop the visitor's tickets, of one kind or of all."""
        with self._moved:
            self.drop([t for t in self._tickets if t.visitor == visitor and kind in (None, t.kind)])

    def holds(self, visitor: str, kind: str) -> bool:
        """Whether the visitor has a ticket of this kind."""
        with self._moved:
            return any(ticket.visitor == visitor and ticket.kind == kind for ticket in self._tickets)

    def waits_for_itself(self, ticket: Ticket) -> bool:
        """Whether all that stands before this ticket is the same visitor's."""
        with self._moved:
            before = self._tickets[: self._tickets.index(ticket)] if ticket in self._tickets else []
            return bool(before) and all(other.visitor == ticket.visitor for other in before)

    def _drop_abandoned(self, tickets: Sequence[Ticket]) -> None:
        self.drop([ticket for ticket in tickets if time.monotonic() - ticket.seen_s > ABANDONED_S])
