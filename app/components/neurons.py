"""Which neurons were kept, and how tokens use them."""

import gradio as gr

from app.components.component import component
from app.text import labels, neuron_labels
from app.views import CoverageView, FlockingView, LayersView, MapView, OverlapView
from app.wire import coverage_value, flocking_value, layers_value


def neuron_map(view: MapView) -> gr.HTML:
    """Which neurons were kept."""
    return component("map/neuron_map", view.as_json(), labels=labels.MAP)


def veil() -> gr.HTML:
    """Says when the closer look on the screen is not one at the race on the screen."""
    return component("neurons/veil", {}, classes=["veil-slot"], labels=neuron_labels.VEIL)


def coverage(view: CoverageView) -> gr.HTML:
    """How much of each token's activation energy the kept neurons carry."""
    return component("neurons/coverage", coverage_value(view), classes=["chart-slot"], labels=neuron_labels.COVERAGE)


def flocking(view: FlockingView) -> gr.HTML:
    """Relative activations of one layer. Triggers `look` with the `layer` the visitor wants to see."""
    return component(
        "neurons/flocking",
        flocking_value(view),
        classes=["flocking-slot"],
        events=("look",),
        labels=neuron_labels.FLOCKING,
    )


def layers(view: LayersView) -> gr.HTML:
    """How alike the tokens use the neurons, layer by layer; it tells the flocking view which layer is pressed."""
    return component("neurons/layers", layers_value(view), classes=["chart-slot"], labels=neuron_labels.LAYERS)


def overlap(view: OverlapView) -> gr.HTML:
    """Which neurons prompts share: a chart of one pair, and a table of all pairs."""
    return component("neurons/overlap", view.as_json(), labels=neuron_labels.OVERLAP)
