"""Views → the values that travel to the browser's components; the same from a live run and from a recording.

A list that grows travels as one growing string. Knows views; knows no widget and no event.
"""

import dataclasses
import json
from functools import lru_cache
from typing import Any

from app.text import flocking as text
from app.views import (
    ChartView,
    CoverageView,
    FlockingView,
    InspectionView,
    LayersView,
    PaneView,
    QualityView,
    RaceView,
    StatusView,
    View,
)
from griffin_core.settings import MAX_LANES

Values = dict[str, Any]
"""Value of every component by its name: `pane-0`, `verdict`, `chart` …"""

BLOCK = 128
"""Items of a growing list that are encoded together, once they are complete only once."""


def growing(items: tuple[str | float | None, ...]) -> str:
    """A list as a string that only grows at its end: `["a"`, then `["a"` newline `"b"` …

    Gradio clones and compares every element of a list for each update, here and in the browser; a string is one value.
    """
    return "[" + "\n".join(_lines(items[start : start + BLOCK]) for start in range(0, len(items), BLOCK))


@lru_cache(maxsize=256)
def _lines(items: tuple[str | float | None, ...]) -> str:
    """JSON, an item a line; times to a hundredth of a millisecond."""
    rounded = [round(item, 2) if isinstance(item, float) else item for item in items]
    return json.dumps(rounded, separators=("\n", ":"), ensure_ascii=False)[1:-1]


def all_panes(view: RaceView) -> tuple[PaneView, ...]:
    """As many panes as the page has; one without a title is not shown."""
    absent = (PaneView(run=view.run, lane=lane, title="") for lane in range(len(view.panes), MAX_LANES))
    return (*view.panes, *absent)


def race_values(view: RaceView) -> Values:
    """A race: its panes first, then one component after the other."""
    return {
        **{f"pane-{lane}": pane_value(pane) for lane, pane in enumerate(all_panes(view))},
        "verdict": view.verdict.as_json(),
        "extras": view.extras.as_json(),
        "chart": chart_value(view.chart),
        "map": view.map.as_json(),
        "status": view.status.as_json(),
        "figures": all_figures(view),
    }


def look_values(view: InspectionView) -> Values:
    """A closer look. `extras` only once it has something to say: till then the race's own sentence stays."""
    coming = not view.over
    return {
        "quality": quality_value(view.quality, view.status),
        "look": _told(view.status).as_json(),
        "flocking": flocking_value(view.flocking, coming=coming),
        "coverage": coverage_value(view.coverage, coming=coming),
        "layers": layers_value(view.layers, coming=coming),
        **({"extras": view.extras.as_json()} if view.extras.sentence else {}),
    }


def pane_value(view: PaneView) -> dict[str, Any]:
    """Value of a token pane."""
    return _grown(view, "pieces")


def chart_value(view: ChartView) -> dict[str, Any]:
    """Value of the latency chart."""
    lanes = [{"lane": lane.lane, "name": lane.name, "ms": growing(lane.ms)} for lane in view.lanes]
    return {"run": view.run, "lanes": lanes, "sentence": view.sentence}


def all_figures(view: RaceView) -> dict[str, Any]:
    """Value of the table of all figures."""
    lanes = [{"title": pane.title, "figures": _plain([*pane.figures, *pane.more])} for pane in view.panes]
    return {"lanes": lanes, "facts": _plain([*view.verdict.facts, *view.status.details])}


def quality_value(view: QualityView, status: StatusView) -> dict[str, Any]:
    """Value of the bar that marks the tokens. status: of the closer look."""
    return {
        **view.as_json(without=("texts", "words")),
        "texts": [
            {
                "lane": text.lane,
                "forced": text.forced,
                "full": _grown(text.full, "rows"),
                "pruned": text.pruned and _grown(text.pruned, "rows"),
            }
            for text in view.texts
        ],
        "words": growing(view.words),
        "status": status.as_json(),
    }


def flocking_value(view: FlockingView, *, coming: bool = False) -> dict[str, Any]:
    """Value of the flocking picture. coming: a closer look is at work that will fill it."""
    texts = [_grown(text, "positions", "tokens") for text in view.texts]
    return {**view.as_json(without=("texts",)), "texts": texts, "coming": coming}


def coverage_value(view: CoverageView, *, coming: bool = False) -> dict[str, Any]:
    """Value of the coverage chart. coming: as above."""
    series = [_grown(one, "percent", "tokens") for one in view.series]
    return {**view.as_json(without=("series",)), "series": series, "coming": coming}


def layers_value(view: LayersView, *, coming: bool = False) -> dict[str, Any]:
    """Value of the chart of flocking by layers. coming: as above."""
    return {**view.as_json(), "coming": coming}


def _plain(rows: list[tuple[str, ...]]) -> list[list[str]]:
    """Figures as JSON has them."""
    return [list(row) for row in rows]


def _told(status: StatusView) -> StatusView:
    """In the neurons tab an end is worth a word; in the race tab the finding stands there instead."""
    return dataclasses.replace(status, text=text.LOOKED) if status.phase == "done" else status


def _grown(view: View, *names: str) -> dict[str, Any]:
    """The view, each of the named lists as one growing string."""
    return {**view.as_json(without=names), **{name: growing(getattr(view, name)) for name in names}}
