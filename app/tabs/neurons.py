"""The neurons tab: flocking, coverage, and which neurons prompts share. Layout, then wires.

Knows widgets and the service; knows no event and no model.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.serving.service import RaceService
from app.tabs.overlap import OverlapScreen, build_overlap, wire_overlap
from app.tabs.screen import QUIET, RaceScreen, visitor_of
from app.text import flocking as text
from app.text import labels, neuron_labels
from app.views import CoverageView, FlockingView, LayersView, StatusView


@dataclass(frozen=True, kw_only=True)
class NeuronsScreen:
    """The tab's widgets.

    inspected: status, flocking, coverage, layers and the stop button, which a closer look fills. begun: the run that
    was looked at last; seen: the same, once it was looked at to the end. layer: (model, layer) that the visitor chose,
    or None for the middle one. flocking triggers `look` with a layer; `look` asks for the same again.
    """

    layer: gr.State
    begun: gr.State
    seen: gr.State
    flocking: gr.HTML
    look: gr.Button
    stop: gr.Button
    inspected: list[Any]
    overlap: OverlapScreen


def build_neurons_tab(service: RaceService) -> NeuronsScreen:
    """Build the tab into the open context. `wire_neurons_tab` brings it to life."""
    with gr.Column(elem_classes="neurons"):
        with gr.Row(elem_classes="neurons-status"):
            components.veil()
            status = components.status_line(StatusView(phase="ready", text=text.IDLE))
            look = gr.Button(neuron_labels.LOOK, elem_id="look", min_width=0, elem_classes="minor")
            stop = gr.Button(labels.STOP, elem_id="stop-look", min_width=0, interactive=False, elem_classes="minor")
        flocking = components.flocking(FlockingView())
        with gr.Row(elem_classes="neurons-charts"):
            layers = components.layers(LayersView())
            coverage = components.coverage(CoverageView())
        overlap = build_overlap()
        layer, begun, seen = gr.State(None), gr.State(None), gr.State(None)
    return NeuronsScreen(
        layer=layer,
        begun=begun,
        seen=seen,
        flocking=flocking,
        look=look,
        stop=stop,
        inspected=[status, flocking, coverage, layers, stop],
        overlap=overlap,
    )


def wire_neurons_tab(service: RaceService, race: RaceScreen, screen: NeuronsScreen) -> None:
    """Make the tab act; the closer look itself is wired with the race, in `inspection`."""

    def stop(request: gr.Request) -> None:
        service.stop_looking(visitor_of(request))

    screen.stop.click(stop, queue=False, **QUIET)
    wire_overlap(service, race, screen.overlap)
