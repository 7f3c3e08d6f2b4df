"""One evaluation: which lanes are judged, on how long answers, and where those end. Knows ranges; knows no model."""

from dataclasses import dataclass

from griffin_core.errors import SettingsError
from griffin_core.settings.lane import LaneSettings, check_experts, lane_names
from griffin_core.settings.numbers import MAX_INT64, check_whole
from griffin_core.settings.run import DEFAULT_LANES

MAX_EVALUATED_LANES = 32


@dataclass(frozen=True, kw_only=True)
class EvaluationSettings:
    """Lanes, each judged on the full model's greedy answers to the same prompts.

    lanes: each once; the others are compared with the first.
    max_new_tokens: of an answer, at most; every lane's own is as long at most.
    stop: an answer also ends once it contains one of these strings behind its first character that is no white space.
    seed: for methods that draw and have none of their own, and for the bootstrap.
    """

    lanes: tuple[LaneSettings, ...] = DEFAULT_LANES
    max_new_tokens: int = 64
    stop: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lanes", tuple(self.lanes))
        object.__setattr__(self, "stop", tuple(self.stop))
        if not 1 <= len(self.lanes) <= MAX_EVALUATED_LANES:
            raise SettingsError(
                f"an evaluation takes 1 to {MAX_EVALUATED_LANES} lanes, got {len(self.lanes)}. Leave some out."
            )
        for lane in self.lanes:
            if lane.sampler_seed is not None:
                raise SettingsError(f"an evaluation draws no tokens, got the lane {lane.name}. Write dense.")
        if twice := next((name for name in lane_names(self.lanes) if "#" in name), None):
            raise SettingsError(f"the lane {twice.partition('#')[0]} is given twice. Leave one out.")
        check_experts(self.lanes, ())
        if "" in self.stop:
            raise SettingsError("a stop string must not be empty. Leave it out to stop only at the end of text.")
        for name, low, high in (("max_new_tokens", 2, 10_000_000), ("seed", 0, MAX_INT64)):
            object.__setattr__(self, name, check_whole(name, getattr(self, name), low=low, high=high))
