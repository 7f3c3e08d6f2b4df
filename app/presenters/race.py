"""Folds the events of one race into what the page shows. Knows events and views; knows no clock and no widget."""

import dataclasses
from collections.abc import Sequence

from app.asking.form import InspectedLane, InspectionForm, RaceForm
from app.presenters.chart import chart_view
from app.presenters.extras import extras_view, seed_sentences
from app.presenters.neuron_map import map_view
from app.presenters.panes import pane_view
from app.presenters.status import run_status
from app.presenters.verdict import verdict_view
from app.text import race as text
from app.views import ExtrasView, PanePhase, PaneView, RaceView, StatusPhase, VerdictView
from griffin_core.events import (
    Event,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFailed,
    RunFinished,
    RunStarted,
    TokenEmitted,
)
from griffin_core.metrics import LaneFigures, RunTally

_PANE_PHASES: dict[StatusPhase, PanePhase] = {
    "reading": "reading",
    "running": "running",
    "done": "done",
    "cancelled": "done",
    "error": "error",
}


class RacePresenter:
    """`add` each event in order; `view()` is the page at that moment.

    before: what the page showed when the run was asked for. Its pieces stay until the run has caught up with them.
    """

    def __init__(self, before: RaceView) -> None:
        self._view = before
        self._run = before.run
        self._branched_at = before.panes[0].branched_at if before.panes else None
        self._shared = before.panes[0].shared if before.panes else ""
        self._phase: StatusPhase = "reading"
        self._read_tokens = 0
        self._tally = RunTally(forced=None if self._branched_at is None else self._branched_at + 1)
        self._pieces: dict[str, list[str]] = {}
        self._given: dict[str, int] = {}
        self._plans: dict[str, PlanMade] = {}

    def add(self, event: Event) -> None:
        """Take one more event of the run."""
        self._tally.add(event)
        match event:
            case RunStarted():
                self._pieces = {lane.name: [] for lane in event.lanes}
                self._given = dict.fromkeys(self._pieces, 0)
            case PrefillProgress():
                self._read_tokens = event.done_tokens
            case PrefillDone():
                self._phase = "running"
            case PlanMade():
                self._plans[event.lane] = event
                self._redraw_map()
            case TokenEmitted():
                self._pieces[event.lane].append(event.text)
                self._given[event.lane] += event.given
            case RunFinished():
                self._phase = "done" if event.reason == "done" else "cancelled"
            case RunFailed():
                self._phase = "error"

    def view(self) -> RaceView:
        """The page after the events so far."""
        lanes = self._tally.lanes()
        self._view = dataclasses.replace(
            self._view,
            panes=self._panes(lanes),
            chart=chart_view(lanes, run=self._run),
            verdict=self._verdict(lanes),
            extras=self._extras(lanes),
            status=run_status(
                self._phase,
                self._tally,
                given=self._given,
                read_tokens=self._read_tokens,
                before=self._view.status,
            ),
        )
        return self._view

    @property
    def token_ids(self) -> tuple[tuple[int, ...], ...]:
        """Each lane's tokens so far."""
        return tuple(lane.token_ids for lane in self._tally.lanes())

    def finished(self, form: RaceForm) -> InspectionForm | None:
        """What a closer look at this race needs; None while no lane has written anything."""
        if not any(self.token_ids):
            return None
        return InspectionForm(
            run=self._run,
            form=form,
            lanes=self.inspected,
            texts=self.token_ids,
            pieces=tuple(tuple(pieces) for pieces in self._pieces.values()),
        )

    @property
    def inspected(self) -> tuple[InspectedLane, ...]:
        """The lanes as a closer look knows them."""
        start = self._tally.start
        if start is None:
            return ()
        lanes = self._tally.lanes()
        remarks = seed_sentences(lanes, temperature=start.temperature)
        return tuple(
            InspectedLane(
                lane=index,
                name=lane.name,
                label=text.lane_label(lane.method, lane.density, name=lane.name),
                method=lane.method,
                tokens=len(figures.token_ids),
                density=lane.effective_density,
                forced=figures.forced,
                remark=remarks.get(lane.name, ""),
            )
            for index, (lane, figures) in enumerate(zip(start.lanes, lanes, strict=True))
        )

    @property
    def can_continue(self) -> bool:
        """Whether a lane stopped before its own end of text."""
        return any(lane.finish_reason in ("length", "cancelled") and lane.token_ids for lane in self._tally.lanes())

    def _panes(self, lanes: tuple[LaneFigures, ...]) -> tuple[PaneView, ...]:
        start = self._tally.start
        if start is None:
            phase = _PANE_PHASES[self._phase]
            return tuple(dataclasses.replace(pane, phase=phase, note="") for pane in self._view.panes)
        parted = [lane.first_divergence for lane in lanes]
        full, pruned = _first(lanes, dense=True), _first(lanes, dense=False)
        if full is not None and pruned is not None:
            parted[full] = parted[pruned]  # the full model's pane shows where those two part
        return tuple(
            pane_view(
                lane,
                facts,
                run=self._run,
                lane=index,
                d_ff=start.model.d_ff,
                phase=self._pane_phase(lane),
                pieces=self._shown_pieces(index, lane.name),
                branched_at=self._branched_at,
                shared=self._shared,
                diverges_at=parted[index],
                plan=self._plans.get(lane.name),
            )
            for index, (lane, facts) in enumerate(zip(lanes, start.lanes, strict=True))
        )

    def _shown_pieces(self, index: int, name: str) -> tuple[str, ...]:
        """What a pane shows never shrinks: a continued run first has to read again what it wrote before."""
        pieces = tuple(self._pieces[name])
        shown = self._view.panes[index].pieces if index < len(self._view.panes) else ()
        return pieces if len(pieces) >= len(shown) else shown

    def _pane_phase(self, lane: LaneFigures) -> PanePhase:
        if self._phase == "error":
            return "error"
        if lane.finish_reason is not None:
            return "done"
        return "running" if lane.ttft_ms is not None else "reading"

    def _verdict(self, lanes: tuple[LaneFigures, ...]) -> VerdictView:
        first, second = _first(lanes, dense=True), _first(lanes, dense=False)
        full = None if first is None else lanes[first]
        pruned = None if second is None else lanes[second]
        new_tokens = len(full.token_ids) - self._given[full.name] if full else 0
        return verdict_view(full, pruned, run=self._run, phase=_PANE_PHASES[self._phase], new_tokens=new_tokens)

    def _extras(self, lanes: tuple[LaneFigures, ...]) -> ExtrasView:
        start = self._tally.start
        over = self._phase in ("done", "cancelled")
        return extras_view(lanes, run=self._run, over=over, temperature=start.temperature if start else 0.0)

    def _redraw_map(self) -> None:
        start = self._tally.start
        assert start is not None  # a plan belongs to a lane that RunStarted named
        self._view = dataclasses.replace(self._view, map=map_view(start, self._plans, run=self._run))


def _first(lanes: Sequence[LaneFigures], *, dense: bool) -> int | None:
    """Index of the first lane that keeps every neuron, or of the first that does not."""
    return next((index for index, lane in enumerate(lanes) if (lane.method == "dense") is dense), None)
