"""The neurons tab: flocking, coverage, and which neurons prompts share. Layout, then wires.

Knows widgets and the service; knows no event and no model.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import labels
from app.components import browser
from app.service import RaceService
from app.tabs.race import RaceScreen
from app.views import CoverageView, FlockingView, InspectionView, LayersView


@dataclass(frozen=True, kw_only=True)
class NeuronsScreen:
    """The tab's widgets. inspected: status, coverage, flocking and layers, which a closer look fills."""

    layer: gr.Number
    look: gr.Button
    inspected: list[Any]


def build_neurons_tab(service: RaceService) -> NeuronsScreen:
    """Build the tab into the open context. `wire_neurons_tab` brings it to life."""
    with gr.Column(elem_classes="neurons"):
        status = browser.status_line(InspectionView().status)
        with gr.Row():
            layer = gr.Number(None, label=labels.LAYER, minimum=0, precision=0)
            look = gr.Button(labels.LOOK, min_width=0)
        flocking = browser.flocking(FlockingView())
        with gr.Row():
            coverage = browser.coverage(CoverageView())
            layers = browser.layers(LayersView())
    return NeuronsScreen(layer=layer, look=look, inspected=[status, coverage, flocking, layers])


def wire_neurons_tab(service: RaceService, race: RaceScreen, screen: NeuronsScreen) -> None:
    """Make the tab act."""
