"""The table of events by their codes. Knows their classes; `griffin_core.recording` writes and reads them."""

from griffin_core.events.base import Event, RunFailed, RunFinished
from griffin_core.events.race import LaneFinished, PlanMade, PrefillDone, PrefillProgress, RunStarted, TokenEmitted
from griffin_core.events.session import MarkSet, VoteCast
from griffin_core.events.study import (
    ActivationsRead,
    ExpertsChosen,
    LayersMeasured,
    StudyProgress,
    StudyStarted,
    SweepPoint,
    TextRead,
)

EVENTS: dict[str, type[Event]] = {
    kind.code: kind
    for kind in (
        RunStarted,
        PrefillProgress,
        PrefillDone,
        PlanMade,
        TokenEmitted,
        LaneFinished,
        RunFinished,
        RunFailed,
        StudyStarted,
        StudyProgress,
        TextRead,
        LayersMeasured,
        ActivationsRead,
        ExpertsChosen,
        SweepPoint,
        VoteCast,
        MarkSet,
    )
}
