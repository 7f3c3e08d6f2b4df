"""Two recordings side by side. Plain frozen records; A is the pinned one, B the one opened beside it."""

from dataclasses import dataclass

from app.views.base import View
from app.views.inspection import LayerLine

Row = tuple[str, str, str]
"""(what, in A, in B)."""


@dataclass(frozen=True, kw_only=True)
class ComparedLaneView(View):
    """A lane of A beside a lane of B. shared: how both texts begin; rest_a, rest_b: how they go on.

    figures: (label, A, B, B over A). lines: overlap of the kept neurons layer by layer, and what chance would give.
    """

    title: str
    shared: str
    rest_a: str
    rest_b: str
    sentence: str
    figures: tuple[tuple[str, str, str, str], ...]
    lines: tuple[LayerLine, ...] = ()
    experts: str = ""


@dataclass(frozen=True, kw_only=True)
class ComparedView(View):
    """A comparison; without `a` there is none. settings, machine: rows that differ; remarks: what to bear in mind."""

    a: str = ""
    b: str = ""
    sentence: str = ""
    settings: tuple[Row, ...] = ()
    machine: tuple[Row, ...] = ()
    lanes: tuple[ComparedLaneView, ...] = ()
    remarks: tuple[str, ...] = ()
    trouble: str = ""
