"""What a comparison of two recordings found, as frozen records. Knows nothing of how.

A is the first recording, B the second; ratios are B over A.
"""

import dataclasses
import statistics
from dataclasses import dataclass
from typing import Any

from griffin_core.differences import Difference


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Where two texts stop being the same: the end of what they share, and how each goes on."""

    shared: str
    a: str
    b: str


@dataclass(frozen=True, kw_only=True)
class FigurePair:
    """One figure of two lanes. ratio: b / a; None where one is missing or a is 0."""

    name: str
    unit: str
    a: float | None
    b: float | None
    ratio: float | None


@dataclass(frozen=True, kw_only=True)
class ExpertsCompared:
    """The neurons that two lanes chose first. jaccard: layer by layer, in 0-1; None where there is nothing to compare.

    chance: what random sets of the same sizes would share. remark: why there is nothing, or how to read it.
    """

    jaccard: tuple[float, ...] | None = None
    chance: tuple[float, ...] | None = None
    remark: str = ""

    @property
    def mean(self) -> float | None:
        """Mean of `jaccard` over layers."""
        return None if self.jaccard is None else statistics.fmean(self.jaccard)

    @property
    def mean_chance(self) -> float | None:
        """Mean of `chance` over layers."""
        return None if self.chance is None else statistics.fmean(self.chance)


@dataclass(frozen=True, kw_only=True)
class LanePair:
    """A lane of A and the lane of B that it is compared with.

    by: name | order. same_tokens: equal tokens from the start; None between models, whose token ids mean different
    things. same_characters: the same of the texts. parted: None where one text begins with all of the other.
    speedups_apart: whether the 95 % intervals of the two speed-ups leave no number in common; None without intervals.
    """

    a: str
    b: str
    by: str
    same_tokens: int | None
    same_characters: int
    parted: Parting | None
    figures: tuple[FigurePair, ...]
    speedups_apart: bool | None
    experts: ExpertsCompared


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two recordings, compared. same_prompt: None where it cannot be known. remarks: what to bear in mind, in words."""

    same_prompt: bool | None
    settings: tuple[Difference, ...]
    machine: tuple[Difference, ...]
    pairs: tuple[LanePair, ...]
    remarks: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; the means of the experts besides."""
        values = dataclasses.asdict(self)
        for pair, found in zip(values["pairs"], self.pairs, strict=True):
            pair["experts"] |= {"mean": found.experts.mean, "mean_chance": found.experts.mean_chance}
        return values
