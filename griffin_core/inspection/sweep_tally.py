"""Figures of a sweep, folded from its events. Pure numbers: knows no torch, no model and no screen."""

from griffin_core.events import Event, RunFailed, StudyProgress, StudyStarted, SweepPoint
from griffin_core.inspection.pareto import pareto


def speed_is_sound(point: SweepPoint) -> bool:
    """Whether noise alone could not have put the point where it lies on an axis of speed.

    Its interval must not reach across 1, where nothing is faster or slower, nor beyond the byte roofline.
    """
    low, high = point.speedup_low, point.speedup_high
    if low is None or high is None or low <= 1.0 <= high:
        return False
    return point.byte_roofline is None or high <= point.byte_roofline


class SweepTally:
    """Folds the events of one sweep. `add` each event in order; the rest are the figures so far.

    progress: the step last told of. prompt_tokens: of the prompt. new_tokens: of the full model's answer.
    """

    def __init__(self) -> None:
        self.start: StudyStarted | None = None
        self.progress: StudyProgress | None = None
        self.failure: RunFailed | None = None
        self.prompt_tokens = 0
        self.new_tokens = 0
        self.points: list[SweepPoint] = []

    def add(self, event: Event) -> None:
        """Take one more event."""
        match event:
            case StudyStarted():
                self.start = event
            case StudyProgress():
                self.progress = event
                if event.what == "reading":
                    self.prompt_tokens = event.total
                elif event.what == "dense":
                    self.new_tokens = event.done
            case SweepPoint():
                self.points.append(event)
            case RunFailed():
                self.failure = event

    @property
    def best(self) -> frozenset[int]:
        """Indices of the points on the Pareto line: no other loses less (KL) for as few feed-forward bytes."""
        return frozenset(pareto([(point.ff_bytes_share, point.kl) for point in self.points]))
