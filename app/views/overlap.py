"""What a comparison of several prompts' neurons shows."""

from dataclasses import dataclass, field

from app.views.base import View
from app.views.inspection import LayerLine
from app.views.race import StatusView


@dataclass(frozen=True, kw_only=True)
class OverlapPair(View):
    """Two sets of neurons against each other. first, second: places in `OverlapView.names`.

    mean: Jaccard index, mean over layers; lines: the index layer by layer, then what it is to be held against.
    """

    first: int
    second: int
    mean: float
    lines: tuple[LayerLine, ...]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class OverlapView(View):
    """Every pair of the sets so far. run: id of the comparison; names: of the sets, prompts before fixed sets.

    started: false while it waits or was refused, and an earlier one may stay on the screen.
    prompts: how many of the sets were chosen by a prompt. chance: Jaccard index of random sets, mean over layers.
    sentence: reading of the whole table.
    """

    run: str = ""
    status: StatusView = field(default_factory=lambda: StatusView(phase="ready", text=""))
    started: bool = False
    names: tuple[str, ...] = ()
    prompts: int = 0
    pairs: tuple[OverlapPair, ...] = ()
    chance: float | None = None
    sentence: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status.phase in ("done", "error", "cancelled")
