"""Which neurons two choices share, layer by layer, beside chance."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from app.plots.theme import LANE_COLOURS, literal, reference_line, sober_layout
from griffin_core.errors import InputError
from griffin_core.formatting import percent

if TYPE_CHECKING:
    from griffin_core.inspection.overlap import Overlap


def overlap_figure(pairs: Mapping[str, "Overlap"]) -> go.Figure:
    """One line a pair of plans. pairs: what `griffin_core.overlap` found, by the name of the pair.

    Raises InputError without pairs.
    """
    if not pairs:
        raise InputError("there is no pair to draw, got none. Give what overlap(a, b) found, by name.")
    layout = sober_layout(
        title="Overlap of the kept neurons, layer by layer",
        sentence=_sentence(pairs),
        x="layer (number, first is 0)",
        y="Jaccard index (0 to 1)",
    )
    lines = [
        go.Scatter(
            x=list(range(len(found.jaccard))),
            y=list(found.jaccard),
            name=literal(name),
            mode="lines+markers",
            line={"color": LANE_COLOURS[(index + 1) % len(LANE_COLOURS)], "width": 2},
            hovertemplate="layer %{x}: %{y:.2f}",
        )
        for index, (name, found) in enumerate(pairs.items())
    ]
    # Pairs of the same density have the same chance: one line for all of them.
    chances = [
        go.Scatter(
            x=list(range(len(chance))),
            y=list(chance),
            name="chance",
            mode="lines",
            line=reference_line(),
            hovertemplate="layer %{x}: %{y:.2f}",
        )
        for chance in dict.fromkeys(found.chance for found in pairs.values())
    ]
    figure = go.Figure([*lines, *chances], layout)
    return figure.update_yaxes(range=[0, 1.02])


def _sentence(pairs: Mapping[str, "Overlap"]) -> str:
    means = [
        f"{name} share {percent(round(found.mean, 2))} (chance: {percent(round(found.mean_chance, 2))})"
        for name, found in pairs.items()
    ]
    return f"Mean over layers: {', '.join(means)}."
