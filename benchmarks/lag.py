"""How late a token is shown: from its stamp in the core to the moment the page has encoded it. Knows events and runs.

A stamp is seconds since the race began, on the same clock that is read when a view has been encoded; the core's session
clock of each race is watched for when that was. What the browser and the way to it take is not in it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

from app.engines.interface import Engine, EngineState, PromptRequest, PromptSize, Request, Run
from griffin_core import racing
from griffin_core.events import Event, RunStarted, TokenEmitted
from griffin_core.metrics import percentile
from griffin_core.timing import SessionClock


class DisplayLag:
    """lags_ms: of every token encoded so far, by lane in the order of the race."""

    def __init__(self) -> None:
        self.lags_ms: list[list[float]] = []
        self._began_s = 0.0
        self._lanes: list[str] = []
        self._waiting: list[TokenEmitted] = []

    @contextmanager
    def watching_races(self) -> Iterator[None]:
        """While this is open, the beginning of every race is known."""
        lag = self

        class Watched(SessionClock):
            def __init__(self) -> None:
                super().__init__()
                lag._began_s = time.perf_counter() - self.t_s

        with mock.patch.object(racing, "SessionClock", Watched):
            yield

    def took(self, events: Sequence[Event]) -> None:
        """The page has taken `events` and will show them in its next view."""
        for event in events:
            if isinstance(event, RunStarted):
                self._lanes, self._waiting = [lane.name for lane in event.lanes], []
                self.lags_ms = self.lags_ms or [[] for _ in self._lanes]
            elif isinstance(event, TokenEmitted):
                self._waiting.append(event)

    def encoded(self) -> None:
        """A view of all that was taken has been encoded just now."""
        now_s = time.perf_counter() - self._began_s
        for event in self._waiting:
            self.lags_ms[self._lanes.index(event.lane)].append((now_s - event.t_s) * 1000)
        self._waiting = []

    def forget(self) -> None:
        """Drop the tokens so far, those of a run that was only a rehearsal."""
        self.lags_ms = []

    def ms(self, lane: int, share: float) -> float:
        """The lag below which `share` of the lane's tokens are."""
        found = percentile(self.lags_ms[lane], share)
        assert found is not None  # a watched race has tokens
        return found


class ListeningEngine:
    """An engine whose events are also told to `lag` when they are taken."""

    def __init__(self, engine: Engine, lag: DisplayLag) -> None:
        self._engine = engine
        self._lag = lag

    def state(self) -> EngineState:
        """See `Engine`."""
        return self._engine.state()

    def prepare(self, model: str) -> None:
        """See `Engine`."""
        self._engine.prepare(model)

    def measure_prompt(self, prompt: PromptRequest) -> PromptSize:
        """See `Engine`."""
        return self._engine.measure_prompt(prompt)

    def start(self, request: Request) -> Run:
        """See `Engine`."""
        return _ListeningRun(self._engine.start(request), self._lag)


class _ListeningRun:
    def __init__(self, run: Run, lag: DisplayLag) -> None:
        self._run = run
        self._lag = lag

    @property
    def finished(self) -> bool:
        return self._run.finished

    def next_events(self, timeout_s: float) -> list[Event]:
        events = self._run.next_events(timeout_s)
        self._lag.took(events)
        return events

    def cancel(self) -> None:
        self._run.cancel()
