"""How all figures look: transparent ground, one grey that reads on dark and light, the page's lane colours.

Knows plotly's layout; knows no data.
"""

import html
import textwrap
from typing import Any

import plotly.graph_objects as go

LANE_COLOURS = ("#0072b2", "#c47d00", "#009e73", "#c0649a")
"""Full model, first pruned lane, further lanes: `--lane-0` to `--lane-3` of assets/css/tokens.css."""

GREY = "#757d87"
"""Words and reference lines: more than 4 : 1 against the page's paper, dark and light."""

MAP_PAPER = "#0d1219"
HEAT = ((0.0, MAP_PAPER), (0.55, "#c47d00"), (1.0, "#fff3d6"))
"""Colours of a heat map, with a dark ground of its own on any paper."""

FONT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif'
MOST_TOKEN_LABELS = 40
TITLE_LETTERS, SENTENCE_LETTERS, AXIS_LETTERS = 38, 48, 34
"""A row of words that a phone, 390 px wide, shows whole: plotly cuts what is longer."""
LINE_PX = 18
MODE_BAR_PX = 36
_SEEN = {" ": "␣", "\n": "↵", "\t": "⇥"}
_FAINT = "rgba(127, 136, 146, 0.3)"
_CLEAR = "rgba(0, 0, 0, 0)"


def sober_layout(*, title: str, sentence: str, x: str, y: str, height_px: int = 440) -> go.Layout:
    """Layout of a figure. title: what it shows; sentence: what is to be seen there; x, y: axis titles with units."""
    heading, reading = rows(title, TITLE_LETTERS), rows(sentence, SENTENCE_LETTERS)
    head_px = 22 * (1 + heading.count("<br>")) + LINE_PX * (1 + reading.count("<br>"))
    below_px = 66 + LINE_PX * rows(x, AXIS_LETTERS).count("<br>")
    return go.Layout(
        template="none",
        title={
            "text": heading,
            "subtitle": {"text": reading, "font": {"size": 13.5, "color": GREY}},
            "font": {"size": 17},
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": MODE_BAR_PX, "l": 12},
        },
        font={"family": FONT, "size": 13.5, "color": GREY},
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        height=height_px + head_px,
        margin={"l": 72, "r": 24, "t": MODE_BAR_PX + head_px + 20, "b": 60},
        xaxis=_axis(x),
        yaxis=_axis(y),
        legend={"orientation": "h", "x": 0, "y": -below_px / (height_px - 116), "yanchor": "top"},  # of the plot itself
        hoverlabel={"align": "left"},
    )


def reference_line() -> dict[str, Any]:
    """What is there to be compared with: chance, or no gain."""
    return {"color": GREY, "width": 1.5, "dash": "dot"}


def colour_bar(title: str) -> dict[str, Any]:
    """Scale of a heat map. title: with its unit."""
    return {"title": {"text": literal(title), "side": "right"}, "thickness": 12, "outlinewidth": 0, "ticks": "outside"}


def literal(text: str) -> str:
    """`text` as it stands: plotly would take tags and entities in it for markup."""
    return html.escape(text, quote=False)


def rows(text: str, letters: int) -> str:
    """`text` as it stands, in rows of so many letters at most."""
    return "<br>".join(literal(row) for row in textwrap.wrap(text, letters)) or literal(text)


def token_label(text: str) -> str:
    """A token's text for an axis or a hover: white space and control characters can be seen."""
    shown = "".join(_SEEN.get(char, char if char.isprintable() else "·") for char in text)
    return literal(shown or "·")


def _axis(title: str) -> dict[str, Any]:
    return {
        "title": {"text": rows(title, AXIS_LETTERS), "standoff": 10},
        "automargin": True,
        "gridcolor": _FAINT,
        "linecolor": _FAINT,
        "showline": True,
        "tickcolor": _FAINT,
        "ticks": "outside",
        "zeroline": False,
    }
