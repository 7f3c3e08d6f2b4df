"""What a closer look at a finished race shows. Every part is empty until its events have come."""

from dataclasses import dataclass, field

from app.views.race import StatusView, View


@dataclass(frozen=True, kw_only=True)
class QualityView(View):
    """How each written token looks to the full model, for the token panes."""

    run: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class CoverageView(View):
    """Share of each token's activation energy that the kept neurons carry, a series a text."""

    run: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class FlockingView(View):
    """Relative activations of one layer, tokens by neurons."""

    run: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class LayersView(View):
    """How alike tokens use the neurons, layer by layer, next to chance."""

    run: str = ""
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

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status.phase in ("done", "error", "cancelled")
