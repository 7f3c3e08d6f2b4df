"""GRIFFIN and its relatives as a library: prune a language model by its prompt, and race it against itself.

Names are imported when first used, so that events, metrics and settings work where torch is not installed.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from griffin_core.errors import GriffinError as GriffinError
    from griffin_core.events import Event as Event
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
    from griffin_core.prompts import encode_prompt as encode_prompt
    from griffin_core.pruning import pruned_model as pruned_model
    from griffin_core.racing import race as race
    from griffin_core.racing import start_race as start_race
    from griffin_core.settings import LaneSettings as LaneSettings
    from griffin_core.settings import PruningSettings as PruningSettings
    from griffin_core.settings import RunSettings as RunSettings
    from griffin_core.settings import SamplingSettings as SamplingSettings

_ROOM_OF = {
    "GriffinError": "errors",
    "Event": "events",
    "LaneFigures": "metrics",
    "RunTally": "metrics",
    "LaneSettings": "settings",
    "PruningSettings": "settings",
    "RunSettings": "settings",
    "SamplingSettings": "settings",
    "LoadedModel": "loading",
    "load_model": "loading",
    "encode_prompt": "prompts",
    "method_names": "methods",
    "Plan": "planning",
    "LayerPlan": "planning",
    "make_plan": "planning",
    "pruned_model": "pruning",
    "dense": "lanes",
    "parse_lane": "lanes",
    "pruned": "lanes",
    "race": "racing",
    "start_race": "racing",
}

__all__ = ["__version__", *_ROOM_OF]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module griffin_core has no attribute {name!r}")
    return getattr(importlib.import_module(f"griffin_core.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
