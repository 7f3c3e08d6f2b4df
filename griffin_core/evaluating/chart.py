"""KL by position as SVG: a line a lane, on a logarithmic scale. Knows figures; knows no page.

Colours come from classes that the page's style sheet knows, so that one drawing does for light and dark.
"""

import math
from collections.abc import Sequence
from html import escape

from griffin_core.evaluating.figures import LaneEvaluation

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 340, 56, 16, 14, 44
LEGEND_ROW = 20
COLOURS = 8
"""Classes line-0 … line-7; more lanes begin again, with dashes."""
LEAST = 1e-4
ROOM = 1.25
"""Times the largest value, and the least divided by it: where the scale ends."""
TICKS = 8


def kl_chart(lanes: Sequence[LaneEvaluation]) -> str:
    """The drawing; "" where no lane differs from the full model at any position."""
    drawn = [(place, lane) for place, lane in enumerate(lanes) if any(value > 0 for value in lane.kl_by_position)]
    if not drawn:
        return ""
    values = [max(LEAST, value) for _, lane in drawn for value in lane.kl_by_position]
    longest = max(len(lane.kl_by_position) for _, lane in drawn)
    axes = _Axes(math.log10(min(values) / ROOM), math.log10(max(values) * ROOM), longest)
    parts = [*axes.grid(), *(_line(axes, place, lane) for place, lane in drawn), *_legend(drawn)]
    height = HEIGHT + LEGEND_ROW * len(drawn) + 6
    label = "KL by position in the full model's answer, one line a lane"
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


class _Axes:
    def __init__(self, low: float, high: float, longest: int) -> None:
        """low, high: exponents of ten, low < high. longest: positions."""
        self._low, self._high, self._longest = low, high, longest

    def x(self, position: int) -> float:
        """position: from 1."""
        return round(LEFT + (position - 1) / max(1, self._longest - 1) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, kl: float) -> float:
        share = (math.log10(max(LEAST, kl)) - self._low) / (self._high - self._low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    def grid(self) -> list[str]:
        bottom = HEIGHT - BOTTOM
        parts = []
        decades = range(math.floor(self._low), math.ceil(self._high))
        for tick in (digit * 10.0**decade for decade in decades for digit in (1, 2, 5)):
            if not self._low <= math.log10(tick) <= self._high:
                continue
            y = self.y(tick)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
            parts.append(f'<text class="tick" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
        step = max(1, math.ceil(self._longest / TICKS))
        for position in range(1, self._longest + 1, step):
            x = self.x(position)
            parts.append(f'<text class="tick" x="{x}" y="{bottom + 18}" text-anchor="middle">{position}</text>')
        middle = (LEFT + WIDTH - RIGHT) // 2
        said = "token of the full model's answer, its first left out"
        parts.append(f'<text class="tick" x="{middle}" y="{bottom + 36}" text-anchor="middle">{said}</text>')
        return parts


def _line(axes: _Axes, place: int, lane: LaneEvaluation) -> str:
    points = [(axes.x(position), axes.y(kl)) for position, kl in enumerate(lane.kl_by_position, 1)]
    if len(points) == 1:
        points = [(points[0][0] - 3, points[0][1]), (points[0][0] + 3, points[0][1])]
    shown = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="{_look(place)}" points="{shown}"><title>{escape(lane.name)}</title></polyline>'


def _legend(drawn: Sequence[tuple[int, LaneEvaluation]]) -> list[str]:
    parts = []
    for row, (place, lane) in enumerate(drawn):
        y = HEIGHT + LEGEND_ROW * row + 12
        parts.append(f'<line class="{_look(place)}" x1="{LEFT}" x2="{LEFT + 28}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT + 36}" y="{y + 4}">{escape(lane.name)}</text>')
    return parts


def _look(place: int) -> str:
    again = " again" if place >= COLOURS else ""
    return f"line line-{place % COLOURS}{again}"
