"""Folds the events of an inspection into what the page shows: a part a subject. Knows no widget."""

import dataclasses
from collections.abc import Sequence

from app.asking.form import InspectedLane
from app.presenters.coverage import CoveragePresenter
from app.presenters.extras import ExtrasPresenter
from app.presenters.flocking import FlockingPresenter
from app.presenters.layers import LayersPresenter
from app.presenters.quality import QualityPresenter
from app.presenters.status import error_status
from app.text import inspection as text
from app.views import InspectionView, StatusView
from griffin_core.events import Event, RunFailed, RunFinished, StudyProgress, StudyStarted


class InspectionPresenter:
    """`add` each event in order; `view()` is the closer look at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        """run: id of the race that is looked at; lanes: those of the race, in its order."""
        self._view = InspectionView(run=run, status=StatusView(phase="running", text=text.STARTING))
        self._quality = QualityPresenter(run, lanes)
        self._coverage = CoveragePresenter(run, lanes)
        self._flocking = FlockingPresenter(run, lanes)
        self._layers = LayersPresenter(run, lanes)
        self._extras = ExtrasPresenter(run, lanes)
        self._status = self._view.status

    def add(self, event: Event) -> None:
        """Take one more event."""
        for part in (self._quality, self._coverage, self._flocking, self._layers, self._extras):
            part.add(event)
        match event:
            case StudyStarted():
                self._status = StatusView(phase="running", text=text.STARTING)
            case StudyProgress():
                words = text.reading if event.what == "reading" else text.looking
                progress = event.done / event.total if event.total else None
                self._status = StatusView(phase="running", text=words(event.done, event.total), progress=progress)
            case RunFinished():
                done = event.reason == "done"
                self._status = StatusView(phase="done" if done else "cancelled", text="" if done else text.STOPPED)
            case RunFailed():
                self._status = error_status(event.message, None)

    def view(self) -> InspectionView:
        """The closer look after the events so far."""
        self._view = dataclasses.replace(
            self._view,
            status=self._status,
            quality=self._quality.view(),
            coverage=self._coverage.view(),
            flocking=self._flocking.view(),
            layers=self._layers.view(),
            extras=self._extras.view(),
        )
        return self._view

    def told(self, status: StatusView) -> InspectionView:
        """The same, with a status that is not the study's own."""
        return dataclasses.replace(self.view(), status=status)
