"""The choices of a run, each checked once at the door. Knows ranges; knows no method table and no model."""

from griffin_core.settings.evaluation import MAX_EVALUATED_LANES, EvaluationSettings
from griffin_core.settings.lane import DENSE, LaneSettings, PruningSettings, check_experts, lane_names
from griffin_core.settings.run import DEFAULT_LANES, MAX_LANES, SCHEDULES, RunSettings, SamplingSettings
from griffin_core.settings.source import SHUFFLED, Source, check_source_name
from griffin_core.settings.sweep import DEFAULT_SWEEP, MAX_SWEEP_LANES, SWEPT_DENSITIES, SweepSettings

__all__ = [
    "DEFAULT_LANES",
    "DEFAULT_SWEEP",
    "DENSE",
    "MAX_EVALUATED_LANES",
    "MAX_LANES",
    "MAX_SWEEP_LANES",
    "SCHEDULES",
    "SHUFFLED",
    "SWEPT_DENSITIES",
    "EvaluationSettings",
    "LaneSettings",
    "PruningSettings",
    "RunSettings",
    "SamplingSettings",
    "Source",
    "SweepSettings",
    "check_experts",
    "check_source_name",
    "lane_names",
]
