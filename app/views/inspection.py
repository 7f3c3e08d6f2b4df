"""What a closer look at a finished race shows. Every part is empty until its events have come."""

from dataclasses import dataclass, field
from typing import Literal

from app.views.base import View
from app.views.quality import QualityView
from app.views.race import ExtrasView, StatusView

LineStyle = Literal["solid", "dash", "dot", "faint"]


@dataclass(frozen=True, kw_only=True)
class CoverageSeries(View):
    """One text read by the full model, and how much of every token one lane's neurons carry.

    key: of this text and this lane, in one look. lane: whose neurons and colour; dashed: on its own text, not on the
    full model's. name: in two rows, whose neurons and whose text.
    percent: 0–100, first token first; tokens: their texts, "" where not known. Both grow at their end.
    """

    key: str
    lane: int
    name: str
    dashed: bool = False
    percent: tuple[float, ...] = ()
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoverageView(View):
    """Share of each token's activation energy that the kept neurons carry.

    chance: what random sets of that size would carry on average, in percent; None where lanes keep different shares.
    """

    run: str = ""
    series: tuple[CoverageSeries, ...] = ()
    chance: float | None = None
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class FlockingText(View):
    """Rows of the flocking picture that belong to one text. Positions, tokens and rows grow at their end.

    lane: who wrote it, -1 for the prompt. heading: above its rows. expected: rows there will be, at most. positions: of
    the rows' tokens in the text. rows: `columns` characters a token, each a level from 0 to 63 as base64 writes it.
    """

    lane: int
    name: str
    heading: str
    expected: int
    positions: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()
    rows: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class FlockingView(View):
    """Relative activations of one layer, tokens by neurons, the prompt's strongest neurons first.

    layers: how many the model has, 0 while it is not known. columns: bins of `bin_width` neurons, `neurons` in all.
    full_scale: relative activation at the brightest level. kept: that many neurons, counted from the strongest, were
    kept; 0 where the choice did not go by this order. texts: the prompt first; sentence: about the prompt.
    """

    run: str = ""
    layer: int = 0
    layers: int = 0
    neurons: int = 0
    columns: int = 0
    bin_width: int = 1
    full_scale: float = 1.0
    kept: int = 0
    texts: tuple[FlockingText, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class LayerLine(View):
    """One number a layer, layer 0 first. lane: whose colour it has, -1 for none."""

    name: str
    values: tuple[float, ...]
    style: LineStyle = "solid"
    lane: int = -1


@dataclass(frozen=True, kw_only=True)
class LayersView(View):
    """How alike tokens use the neurons, layer by layer, next to chance."""

    run: str = ""
    lines: tuple[LayerLine, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class InspectionView(View):
    """Everything the closer look shows at one moment. run: that of the race it looks at."""

    run: str = ""
    status: StatusView = field(default_factory=lambda: StatusView(phase="ready", text=""))
    quality: QualityView = field(default_factory=QualityView)
    coverage: CoverageView = field(default_factory=CoverageView)
    flocking: FlockingView = field(default_factory=FlockingView)
    layers: LayersView = field(default_factory=LayersView)
    extras: ExtrasView = field(default_factory=ExtrasView)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status.phase in ("done", "error", "cancelled")
