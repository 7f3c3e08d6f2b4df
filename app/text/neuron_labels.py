"""Names of the neurons tab's controls and panels, and the words its components draw."""

from typing import Any

from app.text.labels import CHART

LOOK = "Look again"
VEIL: dict[str, str] = {
    "racing": "A race is running: the closer look starts when it is over.",
    "sealed": "A blind run is on: the closer look names the answers, so it is shown after the vote.",
    "before": "This is the closer look at the race before the one on the screen.",
}
"""Why what the neurons tab shows is not of the race on the screen."""
FLOCKING: dict[str, Any] = {
    "title": "Flocking",
    "unit": "relative activation |z| / ‖z‖ of every token",
    "empty": "Run a race first: one row a token, one column a neuron. Bright columns are neurons that all tokens use.",
    "coming": "Coming: one row a token, one column a neuron. Bright columns are neurons that all tokens use.",
    "layer": "Layer",
    "of": "(0 to {last})",
    "text": "Text",
    "legend": {"low": "0", "high": "{scale} and more"},
    "axis": "neurons, sorted by the prompt's score: strongest left, {neurons} in all",
    "kept": "kept: left of here",
    "tip": {
        "token": "{text} · token {position} · “{token}”",
        "one": "neuron ranked {first} of {neurons}",
        "many": "neurons ranked {first}–{last} of {neurons}",
        "value": "relative activation {value}",
        "loud": "relative activation {value} or more",
    },
    "keys": "Arrow keys move the cursor, Page Up and Page Down by ten tokens.",
}
LAYERS: dict[str, Any] = {
    "title": "Flocking in every layer",
    "unit": "Jaccard index, mean over pairs of tokens",
    "axis": "layer",
    "hint": "click a layer to look into it",
    "keys": "Arrow keys move, Enter looks into the layer.",
    "empty": "Run a race first: one line for the prompt and one a text, next to what chance would give.",
    "coming": "Coming: one line for the prompt and one a text, next to what chance would give.",
    "missing": CHART["missing"],
    "point": "layer {x}",
}
COVERAGE: dict[str, Any] = {
    "title": "Coverage",
    "unit": "% of z² on the kept neurons, mean over layers",
    "axis": "token",
    "hint": "drag to zoom, double-click to reset",
    "keys": "Arrow keys move along the tokens.",
    "empty": "Run a race first: one point a token shows how well the neurons chosen for the prompt still fit.",
    "coming": "Coming: one point a token shows how well the neurons chosen for the prompt still fit.",
    "missing": CHART["missing"],
    "chance": "random neurons",
    "point": "token {x}",
    "key": "Solid: the full model's text. Dotted: its own. Points: single tokens. Lines: mean of nine.",
}
OVERLAP: dict[str, Any] = {
    "title": "Overlap, layer by layer",
    "unit": "Jaccard index of the kept neurons",
    "axis": "layer",
    "keys": "Arrow keys move along the layers.",
    "empty": "Compare two prompts: one line for the neurons they share in every layer, next to chance.",
    "missing": CHART["missing"],
    "point": "layer {x}",
    "matrix": "Overlap of all pairs",
    "matrixUnit": "Jaccard index, mean over layers; press a number for its chart",
    "matrixEmpty": "Press “All examples”: a table of every example against every other.",
    "pair": "{first} and {second}, Jaccard index",
    "cell": "{first} and {second}: {value}",
}
OVERLAP_LEAD = "Which neurons do two prompts share?"
OVERLAP_INFO = "Model, density, system prompt and chat template are those of “Settings” in the Race tab."
FIRST_PROMPT = "First prompt"
SECOND_PROMPT = "Second prompt"
TAKE_PROMPT = "Take the race's prompt"
COMPARE_PROMPTS = "Compare"
ALL_EXAMPLES = "All examples"
PICK_EXAMPLE = "Pick an example"
