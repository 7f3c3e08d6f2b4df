"""The browser components of the page, a file a subject; each is drawn by its module in assets/js."""

from app.components.comparing import ballot, compare, extras, extras_sentence
from app.components.component import ASSET_ROUTE, say
from app.components.guide import examples, tour
from app.components.neurons import (
    coverage,
    coverage_value,
    flocking,
    flocking_value,
    layers,
    layers_value,
    neuron_map,
    overlap,
)
from app.components.race import (
    all_figures,
    chart_value,
    figure_table,
    live_chart,
    pane_value,
    prompt_meter,
    status_line,
    token_pane,
    verdict,
)
from app.components.sweeping import sweep, sweep_prompt
from app.components.tokens import quality_value, token_quality

__all__ = [
    "ASSET_ROUTE",
    "all_figures",
    "ballot",
    "chart_value",
    "compare",
    "coverage",
    "coverage_value",
    "examples",
    "extras",
    "extras_sentence",
    "figure_table",
    "flocking",
    "flocking_value",
    "layers",
    "layers_value",
    "live_chart",
    "neuron_map",
    "overlap",
    "pane_value",
    "prompt_meter",
    "quality_value",
    "say",
    "status_line",
    "sweep",
    "sweep_prompt",
    "token_pane",
    "token_quality",
    "tour",
    "verdict",
]
