"""Which neurons were kept, and how tokens use them."""

from typing import Any

import gradio as gr

from app.components.component import component, growing
from app.text import labels, neuron_labels
from app.views import CoverageView, FlockingView, LayersView, MapView, OverlapView


def neuron_map(view: MapView) -> gr.HTML:
    """Which neurons were kept."""
    return component("map/neuron_map", view.as_json(), labels=labels.MAP)


def coverage(view: CoverageView) -> gr.HTML:
    """How much of each token's activation energy the kept neurons carry."""
    return component("neurons/coverage", coverage_value(view), classes=["chart-slot"], labels=neuron_labels.COVERAGE)


def coverage_value(view: CoverageView, *, coming: bool = False) -> dict[str, Any]:
    """Value of `coverage`. coming: a closer look is at work that will fill it."""
    series = [{**one.as_json(), "percent": growing(one.percent), "tokens": growing(one.tokens)} for one in view.series]
    return {**view.as_json(), "series": series, "coming": coming}


def flocking(view: FlockingView) -> gr.HTML:
    """Relative activations of one layer. Triggers `look` with the `layer` the visitor wants to see."""
    return component(
        "neurons/flocking",
        flocking_value(view),
        classes=["flocking-slot"],
        events=("look",),
        labels=neuron_labels.FLOCKING,
    )


def flocking_value(view: FlockingView, *, coming: bool = False) -> dict[str, Any]:
    """Value of `flocking`. coming: a closer look is at work that will fill it."""
    texts = [
        {**text.as_json(), "positions": growing(text.positions), "tokens": growing(text.tokens)} for text in view.texts
    ]
    return {**view.as_json(), "texts": texts, "coming": coming}


def layers(view: LayersView) -> gr.HTML:
    """How alike the tokens use the neurons, layer by layer; it tells the flocking view which layer is pressed."""
    return component("neurons/layers", layers_value(view), classes=["chart-slot"], labels=neuron_labels.LAYERS)


def layers_value(view: LayersView, *, coming: bool = False) -> dict[str, Any]:
    """Value of `layers`. coming: a closer look is at work that will fill it."""
    return {**view.as_json(), "coming": coming}


def overlap(view: OverlapView) -> gr.HTML:
    """Which neurons prompts share: a chart of one pair, and a table of all pairs."""
    return component("neurons/overlap", view.as_json(), labels=neuron_labels.OVERLAP)
