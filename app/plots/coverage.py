"""How much of every token's activations the kept neurons carry, along the answer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from app.plots.theme import LANE_COLOURS, literal, reference_line, sober_layout
from griffin_core.errors import InputError
from griffin_core.formatting import percent

if TYPE_CHECKING:
    from torch import Tensor


def coverage_figure(texts: Mapping[str, "Tensor"], *, density: float) -> go.Figure:
    """One line a text, mean over layers. texts: (n_layers, T) shares in 0-1 by name, as `griffin_core.coverage` gives.

    density: effective density of the plan, which is what random neurons would cover on average.
    Raises InputError without a token.
    """
    if not any(shares.numel() for shares in texts.values()):
        raise InputError("there is no token to draw, got none. Give what coverage(...) found, by the name of the text.")
    layout = sober_layout(
        title="Coverage: what the kept neurons carry of each token",
        sentence=_sentence(texts, density),
        x="token of the answer (number)",
        y="Σz² on the kept neurons (%)",
    )
    lines = [
        go.Scatter(
            x=list(range(1, shares.shape[1] + 1)),
            y=(shares.mean(dim=0) * 100).tolist(),
            name=literal(name),
            mode="lines",
            line={"color": LANE_COLOURS[index % len(LANE_COLOURS)], "width": 2},
            hovertemplate="token %{x}: %{y:.1f} %",
        )
        for index, (name, shares) in enumerate(texts.items())
    ]
    longest = max((shares.shape[1] for shares in texts.values()), default=0)
    chance = go.Scatter(
        x=[1, max(2, longest)],
        y=[density * 100] * 2,
        name="random neurons",
        mode="lines",
        line=reference_line(),
        hoverinfo="skip",
    )
    figure = go.Figure([*lines, chance], layout)
    return figure.update_yaxes(range=[0, 103])


def _sentence(texts: Mapping[str, "Tensor"], density: float) -> str:
    means = [f"{name} {percent(round(float(shares.mean()), 2))}" for name, shares in texts.items() if shares.numel()]
    return f"Mean over tokens and layers: {', '.join([*means, f'random neurons {percent(density)}'])}."
