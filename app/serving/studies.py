"""Studies for many visitors: they wait in the same line as races, and a presenter folds their events into views.

Knows the engine and the line; what is studied and how it looks is the presenter's business.
"""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from app.engines.interface import Engine, Request, Run
from app.presenters.status import engine_status, error_status, queued_status
from app.serving.line import HEARTBEAT_S, Line, Ticket
from app.text import race as text
from app.views import StatusView, View
from griffin_core.errors import GriffinError
from griffin_core.events import Event

log = logging.getLogger(__name__)

FRAME_S = 0.1
"""Events are collected for this long before the page is updated."""

ViewT_co = TypeVar("ViewT_co", bound=View, covariant=True)


class StudyPresenter(Protocol[ViewT_co]):
    """Folds one study's events into a view, which always carries a status line."""

    def add(self, event: Event) -> None:
        """Take one more event."""

    def view(self) -> ViewT_co:
        """The study after the events so far."""

    def told(self, status: StatusView) -> ViewT_co:
        """The same, with a status that is not the study's own: a place in the line, an error, a stop."""


class StudyService:
    """`follow` a study for a visitor. Nothing here raises: errors arrive as views."""

    def __init__(self, engine: Engine, line: Line) -> None:
        self._engine = engine
        self._line = line

    def follow(
        self, request: Callable[[], Request], presenter: StudyPresenter[ViewT_co], *, visitor: str, kind: str
    ) -> Iterator[ViewT_co]:
        """Views of one study until it is over. It takes the place of the visitor's earlier study of this kind.

        request: makes what to ask of the engine; may raise GriffinError. Closing the iterator cancels the study.
        """
        ticket = Ticket(visitor, kind)
        try:
            for view in self._frames(request, presenter, ticket):
                yield view
                ticket.seen()
        except GriffinError as error:
            yield presenter.told(error_status(str(error), None))
        except Exception:
            log.exception("a study could not be shown")
            yield presenter.told(error_status(f"{text.UNEXPECTED} {text.TRY_AGAIN}", None))
        finally:
            self._line.drop([ticket])

    def _frames(
        self, request: Callable[[], Request], presenter: StudyPresenter[ViewT_co], ticket: Ticket
    ) -> Iterator[ViewT_co]:
        asked = request()
        self._line.join(ticket)
        for ahead in self._line.wait(ticket):
            yield presenter.told(queued_status(ahead, None, own=self._line.waits_for_itself(ticket)))
        if not ticket.cancelled:
            ticket.run = self._engine.start(asked)
        if ticket.cancelled:  # asked again: Stop may have come while the study was being started
            yield presenter.told(StatusView(phase="cancelled", text=text.STOPPED))
        elif ticket.run is not None:
            yield from self._play(ticket.run, presenter)

    def _play(self, run: Run, presenter: StudyPresenter[ViewT_co]) -> Iterator[ViewT_co]:
        begun = False
        told_s = 0.0
        while not run.finished:
            events = run.next_events(FRAME_S)
            if not events and time.monotonic() - told_s < HEARTBEAT_S:
                continue
            for event in events:
                presenter.add(event)
            begun = begun or bool(events)
            told_s = time.monotonic()
            state = self._engine.state()
            loading = not begun and state.phase == "loading"
            yield presenter.told(engine_status(state)) if loading else presenter.view()
