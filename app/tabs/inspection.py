"""Chains a closer look to the end of every race: its parts lie in the race tab and in the neurons tab.

Knows widgets and the service; knows no event and no model.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import gradio as gr

from app.asking.form import InspectionForm
from app.presenters import error_status
from app.serving.service import RaceService
from app.tabs.neurons import NeuronsScreen
from app.tabs.screen import DEVICE, QUIET, RaceScreen, visitor_of
from app.text import flocking as text
from app.text import labels
from app.views import InspectionView
from app.wire import look_values

LayerChoice = tuple[str, int] | None
"""Model and layer that the visitor chose; None: the middle layer of any model."""


def inspected(view: InspectionView) -> list[Any]:
    """Values for the quality marks, NeuronsScreen's `inspected`, `begun` and `seen`, and the extra lanes' sentence."""
    values, running = look_values(view), not view.over
    return [
        *(values[name] for name in ("quality", "look", "flocking", "coverage", "layers")),
        gr.update(value=labels.STOP, interactive=running),  # named anew: its tab may not have been opened yet
        view.run,
        view.run if view.status.phase == "done" else None,
        values.get("extras", gr.skip()),  # else the race's own sentence stays
    ]


def another_layer(view: InspectionView) -> list[Any]:
    """The same where only the layer is another: all that is not about it stays on the screen."""
    _, status, flocking, _, _, stop, *_ = inspected(view)
    return [gr.skip(), status, flocking, gr.skip(), gr.skip(), stop, *[gr.skip()] * 3]


def nothing_to_look_at() -> list[Any]:
    """The same where there is no finished race: one status in words."""
    return [gr.skip(), error_status(text.NO_RACE, None).as_json(), *[gr.skip()] * 7]


def wire_inspection(service: RaceService, race: RaceScreen, neurons: NeuronsScreen, ends: list[Any]) -> None:
    """`ends`: what the end of a race can be chained to."""

    def look(request: gr.Request, form: InspectionForm, chosen: LayerChoice) -> Iterator[InspectionView]:
        model, layer = chosen or (form.form.model, None)  # a layer was chosen for one model, the next may have fewer
        asked = dataclasses.replace(form, layer=layer if model == form.form.model else None)
        return service.inspect(asked, visitor_of(request))

    def inspect(
        request: gr.Request, form: InspectionForm | None, chosen: LayerChoice, begun: str | None
    ) -> Iterator[list[Any]]:
        if form is not None and form.run != begun:  # a refused run ends, too, and leaves the race before it there
            yield from map(inspected, look(request, form, chosen))

    def look_again(request: gr.Request, form: InspectionForm | None, chosen: LayerChoice) -> Iterator[list[Any]]:
        if form is None:
            yield nothing_to_look_at()
        else:
            yield from map(inspected, look(request, form, chosen))

    def look_into(
        request: gr.Request, form: InspectionForm | None, chosen: LayerChoice, seen: str | None
    ) -> Iterator[list[Any]]:
        if form is None:
            yield nothing_to_look_at()
        else:
            yield from map(another_layer if seen == form.run else inspected, look(request, form, chosen))

    def choose(event: gr.EventData, form: InspectionForm | None, chosen: LayerChoice) -> LayerChoice:
        layer = event._data.get("layer") if isinstance(event._data, dict) else None
        return chosen if form is None or type(layer) is not int else (form.form.model, layer)

    outputs = [race.quality, *neurons.inspected, neurons.begun, neurons.seen, race.extras]
    for end in ends:
        end.then(inspect, [race.finished, neurons.layer, neurons.begun], outputs, **DEVICE)
    neurons.look.click(look_again, [race.finished, neurons.layer], outputs, **DEVICE)
    # A newer look ends the one before it, so it does not wait for that one.
    newer: dict[str, Any] = {"trigger_mode": "multiple"}
    neurons.flocking.look(choose, [race.finished, neurons.layer], neurons.layer, queue=False, **newer, **QUIET).then(
        look_into, [race.finished, neurons.layer, neurons.seen], outputs, **newer, **DEVICE
    )
