"""What a verification found, as frozen records. Knows no model."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from griffin_core.differences import Difference

Verdict = Literal["match", "tokens", "text", "end", "plans", "nothing"]
"""match, or the first of: other tokens; equal tokens with other text; another end; a missing choice of neurons.

nothing: the recording holds no token of the lane's own to compare.
"""

Prompt = Literal["same", "template", "other", "unknown"]
"""Whether the recorded prompt gives the recorded token ids here.

template: it does not, and the tokens hold its words: another chat template, or one that writes the date.
unknown: no prompt is recorded.
"""


@dataclass(frozen=True, kw_only=True)
class LaneVerification:
    """One lane, as recorded and as written again.

    compared_tokens: recorded ones, without those given to continue from. ended: the recording holds the lane's end.
    first_difference: index in the lane of the first token that differs, in its id or only in its text, or that only
    one of the two has; None where all are equal. text_before: the words before it; recorded_text, measured_text: how
    each goes on, "" where it ends. recorded_end, measured_end: the finish reasons; None without an end.
    missing_plans: choices of neurons made here that the recording does not hold.
    kept_overlap: mean Jaccard index, over layers, of the neurons kept; None where there are no two sets to compare.
    """

    name: str
    verdict: Verdict
    compared_tokens: int
    ended: bool
    first_difference: int | None
    text_before: str
    recorded_text: str
    measured_text: str
    recorded_end: str | None
    measured_end: str | None
    missing_plans: int
    kept_overlap: float | None
    recorded_speedup: float | None
    measured_speedup: float | None

    @property
    def matches(self) -> bool | None:
        """Whether the lane did the same again; None where there is nothing to compare."""
        return None if self.verdict == "nothing" else self.verdict == "match"

    @property
    def speedup_ratio(self) -> float | None:
        """Recorded over measured speed-up."""
        if self.recorded_speedup is None or not self.measured_speedup:
            return None
        return self.recorded_speedup / self.measured_speedup


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The outcome. In differences A is the recording, B the run here.

    complete: the recorded race came to its own end; else it was compared over what it has.
    run: what the recording says of the race itself and is not so here: then nothing matches.
    differences: what else about model and machine is not as recorded, which may be why tokens differ.
    threads: what the processor's threads were set to for this run, the recorded number; None where they were left.
    """

    complete: bool
    lanes: tuple[LaneVerification, ...]
    prompt: Prompt
    run: tuple[Difference, ...]
    differences: tuple[Difference, ...]
    threads: int | None

    @property
    def matches(self) -> bool:
        """Whether the race is as recorded, every lane that can be compared among it, and at least one can."""
        told = [lane.matches for lane in self.lanes if lane.matches is not None]
        return bool(told) and all(told) and not self.run and self.prompt != "other"

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "matches": self.matches,
            "complete": self.complete,
            "prompt": self.prompt,
            "threads": self.threads,
            "run": _as_json(self.run),
            "differences": _as_json(self.differences),
            "lanes": [
                {**asdict(lane), "speedup_ratio": lane.speedup_ratio, "matches": lane.matches} for lane in self.lanes
            ],
        }


def _as_json(differences: Sequence[Difference]) -> list[dict[str, str]]:
    return [{"what": found.name, "recorded": said(found.a), "here": said(found.b)} for found in differences]


def sentence(found: Difference) -> str:
    """version of torch: recorded with 2.12.0, here 2.13.0."""
    return f"{found.name}: recorded with {said(found.a)}, here {said(found.b)}."


def said(value: object) -> str:
    """A value in words."""
    if isinstance(value, tuple):
        return ", ".join(map(said, value)) or "none"
    return "none" if value is None else str(value)
