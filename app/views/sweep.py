"""What a sweep over densities shows."""

from dataclasses import dataclass, field
from typing import Literal

from app.views.base import View
from app.views.race import StatusView

Across = Literal["speed", "bytes"]
Upwards = Literal["kl", "agreement"]

FULL_MODEL = -1
"""Stands for the full model among the places of a line's points."""


@dataclass(frozen=True, kw_only=True)
class SweepPromptView(View):
    """Which prompt would be swept: its first words, and how long it is. empty: there is none.

    key: the same for the same model, prompt, system prompt and template.
    """

    words: str = ""
    size: str = ""
    empty: bool = True
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class SweepPointView(View):
    """One lane that was measured. lane: which colour and marker; method, density: to race it.

    kl: mean, in nats; agreement, bytes: per cent; speedup with the ends of its interval, None where not measured.
    hollow: noise could have put it there on an axis of speed, so that the line leaves it out.
    cells: of its row in the table; facts: the same in words, the name first.
    """

    lane: int
    method: str
    density: float
    label: str
    kl: float
    agreement: float
    bytes: float
    speedup: float | None
    low: float | None
    high: float | None
    hollow: bool = False
    cells: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SweepLine(View):
    """The Pareto line on one pair of axes: places in `SweepView.points` from the dearest to the cheapest.

    Over speed, hollow points are left out.
    """

    x: Across
    y: Upwards
    points: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SweepView(View):
    """All points so far. run: id of the sweep; prompt: what is swept.

    started: whether it has begun, so that an earlier one may go.
    steps: how many points there will be. little, broken: the KL up to which an answer changes little, and from which
    it breaks. sentence: which point is a good deal, at the end.
    """

    run: str = ""
    status: StatusView = field(default_factory=lambda: StatusView(phase="ready", text=""))
    prompt: SweepPromptView = field(default_factory=SweepPromptView)
    started: bool = False
    steps: int = 0
    points: tuple[SweepPointView, ...] = ()
    lines: tuple[SweepLine, ...] = ()
    little: float = 0.1
    broken: float = 1.0
    sentence: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status.phase in ("done", "error", "cancelled")
