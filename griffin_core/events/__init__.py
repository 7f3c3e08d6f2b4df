"""What happened, as frozen records, to and from JSON. Knows neither torch nor the screen.

Every event carries `t_s`, seconds since its run or study was started, on one clock for the whole stream (never
decreasing). Events of a lane also carry `clock_us`, microseconds on that lane's own clock, which counts only the
compute the lane is charged for: lane clocks are not ordered with each other. Every stream ends with RunFinished or
RunFailed.
"""

from griffin_core.events.base import Event, LaneEvent, RunFailed, RunFinished
from griffin_core.events.codec import EVENTS, from_json, to_json
from griffin_core.events.race import (
    KvLayers,
    LaneFacts,
    LaneFinished,
    LayerChoice,
    ModelFacts,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunStarted,
    TokenEmitted,
)
from griffin_core.events.study import (
    ActivationsRead,
    Alternative,
    ExpertsChosen,
    LayersMeasured,
    StudyProgress,
    StudyStarted,
    SweepPoint,
    TextRead,
)

__all__ = [
    "EVENTS",
    "ActivationsRead",
    "Alternative",
    "Event",
    "ExpertsChosen",
    "KvLayers",
    "LaneEvent",
    "LaneFacts",
    "LaneFinished",
    "LayerChoice",
    "LayersMeasured",
    "ModelFacts",
    "PlanMade",
    "PrefillDone",
    "PrefillProgress",
    "RunFailed",
    "RunFinished",
    "RunStarted",
    "StudyProgress",
    "StudyStarted",
    "SweepPoint",
    "TextRead",
    "TokenEmitted",
    "from_json",
    "to_json",
]
