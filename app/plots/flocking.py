"""The flocking picture (arXiv 2404.01365, figure 1): relative activations of tokens, strongest neurons first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from app.plots.theme import HEAT, MOST_TOKEN_LABELS, colour_bar, sober_layout, token_label
from griffin_core.formatting import percent, whole

if TYPE_CHECKING:
    from griffin_core.inspection.flocking import Flocking

BRIGHTEST = 0.995
"""Share of the values that the colours tell apart; the few above it, of a neuron or two, would darken all others."""


def flocking_figure(flocking: "Flocking", *, tokens: Sequence[str] | None = None) -> go.Figure:
    """A row a token, a column a neuron: vertical streaks are neurons that all tokens use.

    tokens: texts of the n tokens shown, in the order of `flocking.positions`; None shows their places alone.
    """
    values = flocking.activations[:, flocking.order]  # (n, d_ff)
    spread = values.flatten()
    brightest = spread.kthvalue(max(1, int(len(spread) * BRIGHTEST))).values
    rows, neurons = values.shape
    positions = flocking.positions.tolist()
    share, chance = flocking.jaccard[flocking.layer], flocking.chance[flocking.layer]
    figure = go.Figure(
        go.Heatmap(
            z=values.numpy(),
            x0=1,
            dx=1,
            y=positions,
            zmin=0.0,
            zmax=float(brightest),
            colorscale=HEAT,
            colorbar=colour_bar("relative activation |z| / ‖z‖"),
            hovertemplate="token %{y}, neuron of rank %{x}: %{z:.3f}<extra></extra>",
        ),
        sober_layout(
            title=f"Flocking in layer {whole(flocking.layer)}: {whole(rows)} tokens, {whole(neurons)} neurons",
            sentence=f"Two tokens share {percent(round(share, 2))} of their strongest neurons (mean Jaccard index); "
            f"chance gives {percent(round(chance, 2))}.",
            x="neuron (rank by the text's GRIFFIN score, strongest left)",
            y="token (place in the text)",
            height_px=560,
        ),
    )
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(showgrid=False, autorange="reversed")
    if tokens is not None:
        step = -(-rows // MOST_TOKEN_LABELS)
        shown = [token_label(text) for text in tokens[::step]]
        figure.update_yaxes(tickmode="array", tickvals=positions[::step], ticktext=shown)
    return figure
