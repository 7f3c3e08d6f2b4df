"""GRIFFIN and its relatives as a library: prune a language model by its prompt, and race it against itself.

Names are imported when first used, so that events, metrics and settings work where torch is not installed.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from griffin_core.comparing import Comparison as Comparison
    from griffin_core.comparing import compare as compare
    from griffin_core.errors import GriffinError as GriffinError
    from griffin_core.events import Event as Event
    from griffin_core.inspection.coverage import coverage as coverage
    from griffin_core.inspection.flocking import Flocking as Flocking
    from griffin_core.inspection.flocking import flocking as flocking
    from griffin_core.inspection.inspecting import inspect as inspect
    from griffin_core.inspection.overlap import Overlap as Overlap
    from griffin_core.inspection.overlap import choose_experts as choose_experts
    from griffin_core.inspection.overlap import overlap as overlap
    from griffin_core.inspection.pareto import pareto as pareto
    from griffin_core.inspection.sweep import start_sweep as start_sweep
    from griffin_core.inspection.sweep import sweep as sweep
    from griffin_core.inspection.token_quality import TokenQuality as TokenQuality
    from griffin_core.inspection.token_quality import TokenView as TokenView
    from griffin_core.inspection.token_quality import token_quality as token_quality
    from griffin_core.lanes import dense as dense
    from griffin_core.lanes import parse_lane as parse_lane
    from griffin_core.lanes import pruned as pruned
    from griffin_core.loading import LoadedModel as LoadedModel
    from griffin_core.loading import load_model as load_model
    from griffin_core.methods import method_names as method_names
    from griffin_core.metrics import LaneFigures as LaneFigures
    from griffin_core.metrics import RunTally as RunTally
    from griffin_core.planning import LayerPlan as LayerPlan
    from griffin_core.planning import Plan as Plan
    from griffin_core.planning import make_plan as make_plan
    from griffin_core.planning import prompt_statistics as prompt_statistics
    from griffin_core.prompt_stats import LayerStatistics as LayerStatistics
    from griffin_core.prompts import encode_prompt as encode_prompt
    from griffin_core.pruning import pruned_model as pruned_model
    from griffin_core.racing import race as race
    from griffin_core.racing import start_race as start_race
    from griffin_core.recording import PromptText as PromptText
    from griffin_core.recording import Recorder as Recorder
    from griffin_core.recording import Recording as Recording
    from griffin_core.recording import play as play
    from griffin_core.recording import read_recording as read_recording
    from griffin_core.recording import record as record
    from griffin_core.settings import LaneSettings as LaneSettings
    from griffin_core.settings import PruningSettings as PruningSettings
    from griffin_core.settings import RunSettings as RunSettings
    from griffin_core.settings import SamplingSettings as SamplingSettings
    from griffin_core.settings import Source as Source
    from griffin_core.settings import SweepSettings as SweepSettings
    from griffin_core.verifying import Verification as Verification
    from griffin_core.verifying import verify as verify

_ROOM_OF = {
    "GriffinError": "errors",
    "Comparison": "comparing",
    "compare": "comparing",
    "Event": "events",
    "LaneFigures": "metrics",
    "RunTally": "metrics",
    "LaneSettings": "settings",
    "PruningSettings": "settings",
    "RunSettings": "settings",
    "SamplingSettings": "settings",
    "Source": "settings",
    "SweepSettings": "settings",
    "LoadedModel": "loading",
    "load_model": "loading",
    "encode_prompt": "prompts",
    "method_names": "methods",
    "Plan": "planning",
    "LayerPlan": "planning",
    "make_plan": "planning",
    "LayerStatistics": "prompt_stats",
    "prompt_statistics": "planning",
    "pruned_model": "pruning",
    "dense": "lanes",
    "parse_lane": "lanes",
    "pruned": "lanes",
    "race": "racing",
    "start_race": "racing",
    "PromptText": "recording",
    "Recorder": "recording",
    "Recording": "recording",
    "play": "recording",
    "read_recording": "recording",
    "record": "recording",
    "Flocking": "inspection.flocking",
    "flocking": "inspection.flocking",
    "coverage": "inspection.coverage",
    "TokenQuality": "inspection.token_quality",
    "TokenView": "inspection.token_quality",
    "token_quality": "inspection.token_quality",
    "inspect": "inspection.inspecting",
    "Overlap": "inspection.overlap",
    "choose_experts": "inspection.overlap",
    "overlap": "inspection.overlap",
    "pareto": "inspection.pareto",
    "start_sweep": "inspection.sweep",
    "sweep": "inspection.sweep",
    "Verification": "verifying",
    "verify": "verifying",
}

__all__ = ["__version__", *_ROOM_OF]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module griffin_core has no attribute {name!r}")
    return getattr(importlib.import_module(f"griffin_core.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
