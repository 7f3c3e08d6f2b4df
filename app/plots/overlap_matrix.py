"""Which neurons many prompts share: every prompt against every other."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.plots.theme import HEAT, colour_bar, literal, sober_layout
from griffin_core.formatting import percent

LIGHT_FROM = 0.75
"""From here on a cell is so light that dark words read better."""


def overlap_matrix_figure(names: Sequence[str], overlaps: Sequence[Sequence[float]], *, chance: float) -> go.Figure:
    """A table of colours. names: of the n prompts; overlaps: (n, n) Jaccard indices in 0-1; chance: that of two
    random sets of the same sizes.
    """
    labels = [literal(name) for name in names]
    others = [value for row, line in enumerate(overlaps) for column, value in enumerate(line) if row != column]
    span = f"{percent(round(min(others), 2))} to {percent(round(max(others), 2))}" if others else "nothing"
    layout = sober_layout(
        title="Overlap of all pairs of prompts",
        sentence=f"Two prompts share {span} of their neurons (Jaccard index, mean over layers); chance gives "
        f"{percent(round(chance, 2))}.",
        x="prompt (name)",
        y="prompt (name)",
        height_px=240 + 44 * len(names),
    )
    cells = [
        {
            "x": labels[column],
            "y": labels[row],
            "text": f"{value:.2f}",
            "showarrow": False,
            "font": {"color": "#16191d" if value >= LIGHT_FROM else "#ffffff"},
        }
        for row, line in enumerate(overlaps)
        for column, value in enumerate(line)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=[list(line) for line in overlaps],
            x=labels,
            y=labels,
            zmin=0.0,
            zmax=1.0,
            colorscale=HEAT,
            colorbar=colour_bar("Jaccard index (0 to 1)"),
            hovertemplate="%{y} and %{x}: %{z:.2f}<extra></extra>",
        ),
        layout,
    )
    figure.update_layout(annotations=cells)
    figure.update_xaxes(showgrid=False)
    return figure.update_yaxes(showgrid=False, autorange="reversed")
