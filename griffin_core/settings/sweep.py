"""One sweep: which lanes are measured, and on how many tokens. Knows ranges; knows no method table and no model."""

from dataclasses import dataclass

from griffin_core.errors import SettingsError
from griffin_core.settings.lane import LaneSettings, PruningSettings
from griffin_core.settings.numbers import MAX_INT64, check_whole

MAX_SWEEP_LANES = 32
SWEPT_DENSITIES = (0.9, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2)
DEFAULT_SWEEP = tuple(LaneSettings(pruning=PruningSettings(density=density)) for density in SWEPT_DENSITIES)


@dataclass(frozen=True, kw_only=True)
class SweepSettings:
    """Pruned lanes, each measured against the full model on one prompt.

    new_tokens: of the full model's greedy answer, on which lanes are judged; the first is dense in every lane.
    timed_tokens: decoded by every lane and by the full model beside it; 0 measures no speed.
    seed: for methods that draw at random and have none of their own.
    prefill_chunk: prompt tokens per prefill step; None takes what suits the device.
    """

    lanes: tuple[LaneSettings, ...] = DEFAULT_SWEEP
    new_tokens: int = 48
    timed_tokens: int = 24
    seed: int = 0
    prefill_chunk: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "lanes", tuple(self.lanes))
        if not self.lanes:
            raise SettingsError("a sweep needs a lane to measure, got none. Leave lanes out for the usual densities.")
        if len(self.lanes) > MAX_SWEEP_LANES:
            raise SettingsError(
                f"a sweep takes at most {MAX_SWEEP_LANES} points, got {len(self.lanes)}. Leave some out."
            )
        for lane in self.lanes:
            if lane.pruning is None:
                raise SettingsError(
                    f"a sweep measures pruned lanes against the full model, got the lane {lane.name}. "
                    "Leave it out, or write griffin:density=1.0."
                )
            if lane.experts is not None:
                raise SettingsError(
                    f"a sweep reads the prompt alone, got the lane {lane.name}. Leave out experts, or race that lane."
                )
        object.__setattr__(self, "new_tokens", check_whole("new_tokens", self.new_tokens, low=2, high=10_000_000))
        object.__setattr__(self, "timed_tokens", check_whole("timed_tokens", self.timed_tokens, low=0, high=10_000_000))
        object.__setattr__(self, "seed", check_whole("seed", self.seed, low=0, high=MAX_INT64))
        if self.prefill_chunk is not None:
            chunk = check_whole("prefill_chunk", self.prefill_chunk, low=1, high=10_000_000)
            object.__setattr__(self, "prefill_chunk", chunk)
