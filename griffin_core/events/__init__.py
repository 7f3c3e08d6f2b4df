"""What happened, as frozen records. Knows neither torch nor the screen.

Every event carries `t_s`, seconds since its run or study was started, on one clock for the whole stream (never
decreasing). Events of a lane also carry `clock_us`, microseconds on that lane's own clock, which counts only the
compute the lane is charged for: lane clocks are not ordered with each other. Every stream ends with RunFinished or
RunFailed.
"""

from griffin_core.events.base import Event, LaneEvent, RunFailed, RunFinished
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
    SourceFacts,
    TokenEmitted,
)
from griffin_core.events.session import MarkSet, VoteCast
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
from griffin_core.events.table import EVENTS

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
    "MarkSet",
    "ModelFacts",
    "PlanMade",
    "PrefillDone",
    "PrefillProgress",
    "RunFailed",
    "RunFinished",
    "RunStarted",
    "SourceFacts",
    "StudyProgress",
    "StudyStarted",
    "SweepPoint",
    "TextRead",
    "TokenEmitted",
    "VoteCast",
]
