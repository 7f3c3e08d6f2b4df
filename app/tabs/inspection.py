"""Chains a closer look to the end of every race: its parts lie in the race tab and in the neurons tab.

Knows widgets and the service; knows no event and no model.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import gradio as gr

from app.components import browser
from app.endpoint import MAX_RUNS_AT_ONCE
from app.form import InspectionForm
from app.service import RaceService
from app.tabs.neurons import NeuronsScreen
from app.tabs.race import QUIET, RaceScreen, visitor_of
from app.views import InspectionView


def inspected(view: InspectionView) -> list[Any]:
    """Values for the quality marks and for `NeuronsScreen.inspected`."""
    return [
        browser.quality_value(view.quality, view.status),
        view.status.as_json(),
        *(part.as_json() for part in (view.coverage, view.flocking, view.layers)),
    ]


def wire_inspection(service: RaceService, race: RaceScreen, neurons: NeuronsScreen, ends: list[Any]) -> None:
    """`ends`: what the end of a race can be chained to."""

    def inspect(request: gr.Request, form: InspectionForm | None, layer: float | None) -> Iterator[list[Any]]:
        if form is None:
            return
        chosen = dataclasses.replace(form, layer=None if layer is None else int(layer))
        for view in service.inspect(chosen, visitor_of(request)):
            yield inspected(view)

    asked: dict[str, Any] = {
        "fn": inspect,
        "inputs": [race.finished, neurons.layer],
        "outputs": [race.quality, *neurons.inspected],
        "concurrency_id": "device",
        "concurrency_limit": MAX_RUNS_AT_ONCE,
        **QUIET,
    }
    for end in ends:
        end.then(**asked)
    neurons.look.click(**asked)
