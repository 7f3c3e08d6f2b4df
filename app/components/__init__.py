"""The browser components of the page, a file a subject; each is drawn by its module in assets/js."""

from app.components.comparing import ballot, compare, extras, extras_sentence
from app.components.component import ASSET_ROUTE, say
from app.components.guide import examples, tour
from app.components.neurons import (
    coverage,
    flocking,
    layers,
    neuron_map,
    overlap,
    veil,
)
from app.components.race import (
    figure_table,
    live_chart,
    prompt_meter,
    status_line,
    token_pane,
    verdict,
)
from app.components.recordings import compared, gallery, invite, opened, record_switch, recorder
from app.components.sweeping import sweep, sweep_prompt
from app.components.tokens import token_quality

__all__ = [
    "ASSET_ROUTE",
    "ballot",
    "compare",
    "compared",
    "coverage",
    "examples",
    "extras",
    "extras_sentence",
    "figure_table",
    "flocking",
    "gallery",
    "invite",
    "layers",
    "live_chart",
    "neuron_map",
    "opened",
    "overlap",
    "prompt_meter",
    "record_switch",
    "recorder",
    "say",
    "status_line",
    "sweep",
    "sweep_prompt",
    "token_pane",
    "token_quality",
    "tour",
    "veil",
    "verdict",
]
