"""The latency chart: milliseconds of every token. Knows figures only; the drawing is done in the browser."""

from collections.abc import Sequence

from app.text import race as text
from app.views import ChartView, LaneSeries
from griffin_core.metrics import LaneFigures


def chart_view(lanes: Sequence[LaneFigures], *, run: str) -> ChartView:
    """One series a lane, first token first."""
    labels = [text.lane_label(lane.method, lane.density, name=lane.name) for lane in lanes]
    medians = [
        (label, lane.itl_ms_p50) for label, lane in zip(labels, lanes, strict=True) if lane.itl_ms_p50 is not None
    ]
    return ChartView(
        run=run,
        lanes=tuple(
            LaneSeries(lane=index, name=label, ms=lane.itl_ms)
            for index, (label, lane) in enumerate(zip(labels, lanes, strict=True))
        ),
        sentence=text.chart_sentence(medians),
    )
