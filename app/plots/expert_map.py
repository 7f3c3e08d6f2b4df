"""The expert neurons of a plan: a row a layer, a column a neuron, lit by score."""

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from app.plots.theme import HEAT, MAP_PAPER, colour_bar, sober_layout
from griffin_core.formatting import percent, whole

if TYPE_CHECKING:
    from torch import Tensor

    from griffin_core.planning import LayerPlan, Plan


def expert_map_figure(plan: "Plan") -> go.Figure:
    """Scores of the kept neurons as shares of their layer's largest; what was dropped is dark."""
    rows = [_lit(layer) for layer in plan.layers]
    widest = max(len(row) for row in rows)
    # A layer with fewer neurons ends earlier.
    values = [[*row.tolist(), *[None] * (widest - len(row))] for row in rows]
    settings = plan.settings
    layout = sober_layout(
        title=f"Expert neurons: {settings.method} at density {settings.density:g}",
        sentence=f"{percent(plan.effective_density)} of the neurons in {whole(len(rows))} layers are kept, "
        "lit by their score.",
        x="neuron (number in its layer)",
        y="layer (number, first is 0)",
        height_px=560,
    )
    figure = go.Figure(
        go.Heatmap(
            z=values,
            zmin=0.0,
            zmax=1.0,
            colorscale=HEAT,
            colorbar=colour_bar("score (share of the layer's largest)"),
            hovertemplate="layer %{y}, neuron %{x}: %{z:.2f}<extra></extra>",
            hoverongaps=False,
        ),
        layout,
    )
    figure.update_layout(plot_bgcolor=MAP_PAPER)
    figure.update_xaxes(showgrid=False)
    return figure.update_yaxes(showgrid=False)


def _lit(layer: "LayerPlan") -> "Tensor":
    """(d_ff,) float32: score over the layer's largest where a neuron is kept, NaN where it is dropped."""
    scores = layer.scores.float().cpu()
    kept = layer.kept.cpu()
    lit = scores.new_full(scores.shape, float("nan"))
    largest = float(scores.max())
    lit[kept] = scores[kept] / largest if largest > 0 else 1.0
    return lit
