"""How far the pruned model is from the full one at every token of a text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from app.plots.theme import GREY, LANE_COLOURS, sober_layout, token_label
from griffin_core.formatting import percent

if TYPE_CHECKING:
    from griffin_core.inspection.token_quality import TokenQuality


def token_quality_figure(quality: "TokenQuality", *, tokens: Sequence[str] | None = None) -> go.Figure:
    """A bar a token, and a mark where the two models would choose another one.

    tokens: texts of the T tokens, for the hover; None leaves them out.
    """
    kl: list[float] = quality.kl.tolist()
    agrees: list[bool] = quality.agrees.tolist()
    numbers = list(range(1, len(kl) + 1))
    names = [token_label(text) for text in tokens] if tokens is not None else [""] * len(kl)
    parted = [index for index, same in enumerate(agrees) if not same]
    bars = go.Bar(
        x=numbers,
        y=kl,
        name="KL(full ‖ pruned)",
        marker={"color": LANE_COLOURS[1], "line": {"width": 0}},
        customdata=names,
        hovertemplate="token %{x} %{customdata}: %{y:.2f} nats<extra></extra>",
    )
    marks = go.Scatter(
        x=[numbers[index] for index in parted],
        y=[kl[index] for index in parted],
        name="other first choice",
        mode="markers",
        marker={"symbol": "diamond-open", "size": 8, "color": GREY, "line": {"width": 1.5}},
        hoverinfo="skip",
    )
    mean = sum(kl) / len(kl) if kl else 0.0
    share = sum(agrees) / len(agrees) if agrees else 1.0
    layout = sober_layout(
        title="Token by token: how far the pruned model is from the full one",
        sentence=f"Mean KL {mean:.2f} nats; both would choose the same token at {percent(share)} of the places.",
        x="token of the text (number)",
        y="KL(full ‖ pruned) (nats)",
    )
    return go.Figure([bars, marks], layout)
