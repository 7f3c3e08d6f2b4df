"""Relative activations of one layer. Knows events and views; knows no widget."""

from collections.abc import Sequence

from app.form import InspectedLane
from app.views import FlockingView
from griffin_core.events import Event


class FlockingPresenter:
    """`add` each event of an inspection in order; `view()` is this part at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        self._lanes = tuple(lanes)

    def add(self, event: Event) -> None:
        """Take one more event."""

    def view(self) -> FlockingView:
        """The part after the events so far."""
        return FlockingView(run=self._run)
