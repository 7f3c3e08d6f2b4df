"""What pruning costs and what it gives: loss against feed-forward bytes, and against measured speed.

The axes run as on the page: up is closer to the full model, right is cheaper.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from app.plots.theme import GREY, LANE_COLOURS, literal, reference_line, sober_layout
from griffin_core.errors import InputError
from griffin_core.formatting import percent, whole
from griffin_core.inspection.pareto import pareto
from griffin_core.inspection.sweep_tally import speed_is_sound

if TYPE_CHECKING:
    from griffin_core.events import SweepPoint

_COLOURS = (*LANE_COLOURS[1:], GREY)
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x")
_LOSS = "KL(full ‖ pruned) (nats)"


def quality_by_bytes_figure(points: Sequence["SweepPoint"]) -> go.Figure:
    """Loss against the feed-forward bytes read for a token. Points on the line are beaten by no other.

    Raises InputError without points.
    """
    _check(points)
    best = pareto([(point.ff_bytes_share, point.kl) for point in points])
    layout = sober_layout(
        title="Loss against feed-forward bytes",
        sentence=_sentence(points, len(best)),
        x="feed-forward bytes a token (% of the full model's)",
        y=_LOSS,
    )
    figure = go.Figure([_line(points, best, _bytes), *_methods(points, _bytes)], layout)
    return figure.update_xaxes(autorange="reversed").update_yaxes(autorange="reversed")


def quality_by_speed_figure(points: Sequence["SweepPoint"]) -> go.Figure:
    """Loss against decode speed-up, with its interval. Points whose speed was not measured are left out.

    A point is hollow, and the line leaves it out, where its interval reaches across 1 or beyond the byte roofline:
    noise could have put it there. Raises InputError without points.
    """
    _check(points)
    timed = [point for point in points if point.speedup is not None]
    best = pareto([(-_speed(point) if speed_is_sound(point) else float("nan"), point.kl) for point in timed])
    layout = sober_layout(
        title="Loss against measured decode speed-up",
        sentence=_sentence(timed, len(best)),
        x="decode speed-up (times the full model, 95 % interval of one run)",
        y=_LOSS,
    )
    figure = go.Figure([_line(timed, best, _speed), *_methods(timed, _speed, interval=_interval)], layout)
    return figure.add_vline(x=1.0, line=reference_line()).update_yaxes(autorange="reversed")


def _check(points: Sequence["SweepPoint"]) -> None:
    if not points:
        raise InputError("there is no point to draw, got an empty list. Give the SweepPoint events of a sweep.")


def _methods(
    points: Sequence["SweepPoint"],
    across: Callable[["SweepPoint"], float],
    *,
    interval: Callable[[Sequence["SweepPoint"]], dict[str, Any]] | None = None,
) -> list[go.Scatter]:
    """One trace a method, so that colour, symbol and legend tell them apart."""
    traces = []
    for index, method in enumerate(dict.fromkeys(point.method for point in points)):
        own = [point for point in points if point.method == method]
        traces.append(
            go.Scatter(
                x=[across(point) for point in own],
                y=[point.kl for point in own],
                error_x=interval(own) if interval else None,
                name=literal(method),
                mode="markers+text",
                marker={
                    "color": _COLOURS[index % len(_COLOURS)],
                    "symbol": [
                        _SYMBOLS[index % len(_SYMBOLS)] + ("" if interval is None or speed_is_sound(point) else "-open")
                        for point in own
                    ],
                    "size": 10,
                },
                text=[percent(point.effective_density) for point in own],
                textposition="top center",
                customdata=[[literal(point.lane), percent(point.top1)] for point in own],
                hovertemplate="%{customdata[0]}<br>KL %{y:.2f} nats, same first choice %{customdata[1]}<extra></extra>",
            )
        )
    return traces


def _line(points: Sequence["SweepPoint"], best: Sequence[int], across: Callable[["SweepPoint"], float]) -> go.Scatter:
    chosen = sorted((across(points[index]), points[index].kl) for index in best)
    return go.Scatter(
        x=[x for x, _ in chosen],
        y=[kl for _, kl in chosen],
        name="Pareto line",
        mode="lines",
        line={"color": GREY, "width": 1.5},
        hoverinfo="skip",
    )


def _interval(points: Sequence["SweepPoint"]) -> dict[str, Any]:
    """Error bars from the intervals; a point without one has none."""
    highs = [0.0 if point.speedup_high is None else point.speedup_high - _speed(point) for point in points]
    lows = [0.0 if point.speedup_low is None else _speed(point) - point.speedup_low for point in points]
    return {"type": "data", "symmetric": False, "array": highs, "arrayminus": lows, "thickness": 1, "width": 4}


def _bytes(point: "SweepPoint") -> float:
    return point.ff_bytes_share * 100


def _speed(point: "SweepPoint") -> float:
    return point.speedup or 0.0


def _sentence(points: Sequence["SweepPoint"], best: int) -> str:
    if not points:
        return "No point's speed was measured."
    return (
        f"{whole(len(points))} lanes on one prompt, over {whole(points[0].tokens)} tokens; {whole(best)} of them are "
        "beaten by no other. Higher is better, and so is further right; the numbers are densities."
    )
