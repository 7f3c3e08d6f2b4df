"""The latency chart: milliseconds of every token. Knows figures only; the drawing is done in the browser."""

from collections.abc import Sequence

from app import text
from app.views import ChartView, LaneSeries
from griffin_core.metrics import LaneFigures


def chart_view(lanes: Sequence[LaneFigures], *, run: str) -> ChartView:
    """One series a lane, first token first."""
    titles = [text.lane_title(lane.method, lane.density) for lane in lanes]
    medians = [
        (title, lane.itl_ms_p50) for title, lane in zip(titles, lanes, strict=True) if lane.itl_ms_p50 is not None
    ]
    return ChartView(
        run=run,
        lanes=tuple(
            LaneSeries(lane=index, name=title, ms=lane.itl_ms)
            for index, (title, lane) in enumerate(zip(titles, lanes, strict=True))
        ),
        sentence=text.chart_sentence(medians),
    )
