"""How each written token looks to the full model. Knows events and views; knows no widget."""

from collections.abc import Sequence

from app.form import InspectedLane
from app.views import QualityView
from griffin_core.events import Event


class QualityPresenter:
    """`add` each event of an inspection in order; `view()` is this part at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        self._lanes = tuple(lanes)

    def add(self, event: Event) -> None:
        """Take one more event."""

    def view(self) -> QualityView:
        """The part after the events so far."""
        return QualityView(run=self._run)
