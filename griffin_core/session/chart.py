"""Speed-ups of a session as SVG: a dot a prompt, a box of the quartiles a lane. Knows figures; knows no page.

Colours come from classes that the page's style sheet knows, so that one drawing does for light and dark.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from griffin_core.formatting import times
from griffin_core.session.result import PromptResult
from griffin_core.session.summary import LaneSummary, Spread, Summary

WIDTH, ROW, TOP, BOTTOM, SIDE = 720, 74, 26, 34, 16
BOX, DOT = 14, 3.2
TICKS = 7
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_GOLDEN = 0.618034  # spreads neighbours apart, the same in every drawing


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float

    def x(self, value: float) -> float:
        return round(SIDE + (value - self.low) / (self.high - self.low) * (WIDTH - 2 * SIDE), 1)

    def ticks(self) -> list[float]:
        span = self.high - self.low
        step = next((step for step in _STEPS if span / step <= TICKS), span / TICKS)
        first = math.ceil(self.low / step)
        return [round(step * n, 4) for n in range(first, math.floor(self.high / step) + 1)]


def speedup_chart(summary: Summary) -> str:
    """The drawing; "" where no lane has a speed-up to show."""
    rows = [
        (lane, lane.speedup, place) for place, lane in enumerate(summary.lanes) if not lane.baseline and lane.speedup
    ]
    if not rows:
        return ""
    axis = _axis([spread for _, spread, _ in rows])
    height = TOP + ROW * len(rows) + BOTTOM
    parts = [_scale(axis, height)]
    for row, (lane, spread, place) in enumerate(rows):
        parts.append(_row(lane, spread, _dots(summary.results, place), axis, top=TOP + ROW * row))
    label = "Decode speed-up of every prompt, one row a lane"
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _axis(spreads: Sequence[Spread]) -> _Axis:
    """Wide enough for all values, and for 1, where nothing is gained."""
    low = min(1.0, *(spread.lowest for spread in spreads))
    high = max(1.0, *(spread.highest for spread in spreads))
    room = max(0.05 * (high - low), 0.02)
    return _Axis(low - room, high + room)


def _scale(axis: _Axis, height: int) -> str:
    bottom = height - BOTTOM + 6
    lines = [
        f'<line class="grid" x1="{axis.x(tick)}" x2="{axis.x(tick)}" y1="{TOP - 8}" y2="{bottom}"/>'
        f'<text class="tick" x="{axis.x(tick)}" y="{bottom + 16}" text-anchor="middle">{tick:g}×</text>'
        for tick in axis.ticks()
    ]
    same = axis.x(1.0)
    return "".join(lines) + f'<line class="same" x1="{same}" x2="{same}" y1="{TOP - 8}" y2="{bottom}"/>'


def _dots(results: Sequence[PromptResult], place: int) -> list[tuple[str, float]]:
    """(the prompt's id, its speed-up) wherever there is one."""
    figures = ((result.task.prompt.id, result.lanes[place].speedup) for result in results)
    return [(name, speedup) for name, speedup in figures if speedup is not None]


def _row(lane: LaneSummary, spread: Spread, dots: Sequence[tuple[str, float]], axis: _Axis, *, top: int) -> str:
    middle = top + 30
    low, high = axis.x(spread.lower_quartile), axis.x(spread.upper_quartile)
    median, lowest, highest = axis.x(spread.median), axis.x(spread.lowest), axis.x(spread.highest)
    parts = [
        f'<text class="lane" x="{SIDE}" y="{top + 4}">{escape(lane.name)}</text>',
        f'<line class="whisker" x1="{lowest}" x2="{highest}" y1="{middle}" y2="{middle}"/>',
        f'<rect class="box" x="{low}" y="{middle - BOX}" width="{max(1.0, round(high - low, 1))}" height="{2 * BOX}"/>',
        f'<line class="median" x1="{median}" x2="{median}" y1="{middle - BOX}" y2="{middle + BOX}"/>',
    ]
    for number, (name, speedup) in enumerate(dots):
        y = round(middle + (number * _GOLDEN % 1 - 0.5) * 1.6 * BOX, 1)
        said = escape(f"{name}: {times(speedup)}")
        parts.append(f'<circle class="dot" cx="{axis.x(speedup)}" cy="{y}" r="{DOT}"><title>{said}</title></circle>')
    return "".join(parts)
