"""How alike the tokens use the neurons, layer by layer. Knows events and views; knows no widget."""

from collections.abc import Sequence

from app.asking.form import InspectedLane
from app.text import flocking as text
from app.views import LayerLine, LayersView
from griffin_core.events import Event, LayersMeasured


class LayersPresenter:
    """`add` each event of an inspection in order; `view()` is this part at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        self._lanes = {lane.name: lane for lane in lanes}
        self._measured: dict[str | None, LayersMeasured] = {}

    def add(self, event: Event) -> None:
        """Take one more event."""
        if isinstance(event, LayersMeasured):
            self._measured[event.text] = event

    def view(self) -> LayersView:
        """The part after the events so far."""
        if not self._measured:
            return LayersView(run=self._run)
        latest = next(iter(self._measured.values()))
        chance = LayerLine(name=text.CHANCE, values=(round(latest.chance, 3),) * len(latest.flocking), style="dash")
        prompt = self._measured.get(None)
        return LayersView(
            run=self._run,
            lines=(*(self._line(measured) for measured in self._measured.values()), chance),
            sentence="" if prompt is None else text.layers_sentence(prompt.flocking, prompt.chance),
        )

    def _line(self, measured: LayersMeasured) -> LayerLine:
        lane = None if measured.text is None else self._lanes[measured.text]
        return LayerLine(
            name=text.PROMPT if lane is None else lane.label,
            values=tuple(round(share, 3) for share in measured.flocking),
            lane=-1 if lane is None else lane.lane,
        )
