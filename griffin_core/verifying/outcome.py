"""What a verification found, as frozen records. Knows no model."""

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class LaneVerification:
    """One lane, as recorded and as written again.

    compared_tokens: recorded ones, without those given to continue from.
    first_difference: index in the lane of the first token that differs, or that only one of the two has; None where
    all are equal. text_before: the words before it; recorded_text, measured_text: how each goes on, "" where it ends.
    kept_overlap: mean Jaccard index, over layers, of the neurons kept; None where there are no two sets to compare.
    """

    name: str
    compared_tokens: int
    first_difference: int | None
    text_before: str
    recorded_text: str
    measured_text: str
    kept_overlap: float | None
    recorded_speedup: float | None
    measured_speedup: float | None

    @property
    def matches(self) -> bool:
        """Whether the lane wrote the recorded tokens again."""
        return self.first_difference is None

    @property
    def speedup_ratio(self) -> float | None:
        """Recorded over measured speed-up."""
        if self.recorded_speedup is None or not self.measured_speedup:
            return None
        return self.recorded_speedup / self.measured_speedup


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something about model or machine that is not as it was when the race was recorded."""

    what: str
    recorded: str
    here: str

    @property
    def sentence(self) -> str:
        """torch: recorded with 2.12.0, here 2.13.0."""
        return f"{self.what}: recorded with {self.recorded}, here {self.here}."


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The outcome.

    complete: the recorded race came to its own end; else it was compared over what it has.
    threads: what the processor's threads were set to for this run, the recorded number; None where they were left.
    """

    complete: bool
    lanes: tuple[LaneVerification, ...]
    differences: tuple[Difference, ...]
    threads: int | None

    @property
    def matches(self) -> bool:
        """Whether every lane wrote the recorded tokens again."""
        return all(lane.matches for lane in self.lanes)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "matches": self.matches,
            "complete": self.complete,
            "threads": self.threads,
            "differences": [dataclasses.asdict(difference) for difference in self.differences],
            "lanes": [
                {**dataclasses.asdict(lane), "speedup_ratio": lane.speedup_ratio, "matches": lane.matches}
                for lane in self.lanes
            ],
        }
