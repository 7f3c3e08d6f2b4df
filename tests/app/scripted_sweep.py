"""The events of a sweep, written by hand for whichever lanes are asked for. Knows no model."""

from collections.abc import Sequence

from app.engines.interface import Request, SweepRequest
from griffin_core.events import Event, RunFinished, StudyProgress, StudyStarted, SweepPoint
from tests.app.scripted_engine import FACTS

KL = {0.9: 0.02, 0.75: 0.05, 0.6: 0.14, 0.5: 0.3, 0.4: 0.7, 0.3: 1.6, 0.2: 3.5}
POINT_S = 1.0


def scripted_sweep(request: Request) -> list[Event]:
    """A point a second. GRIFFIN loses little down to 75 % and breaks from 30 % on; random neurons lose three times as
    much, the largest weights five times.

    Every lane is 1 / (0.4 + 0.6 density) as fast, give or take 2 %.
    """
    assert isinstance(request, SweepRequest)
    lanes = [lane.pruning for lane in request.lanes if lane.pruning is not None]
    events: list[Event] = [
        StudyStarted(t_s=0.0, kind="sweep", model=FACTS, steps=len(lanes)),
        StudyProgress(t_s=0.1, what="reading", done=24, total=24),
        StudyProgress(t_s=0.2, what="dense", done=48, total=48),
    ]
    for number, lane in enumerate(lanes):
        t_s = 0.2 + number * POINT_S
        events.append(StudyProgress(t_s=t_s + POINT_S / 4, what="tokens", done=48, total=48))
        events.append(StudyProgress(t_s=t_s + POINT_S / 2, what="timing", done=12, total=24))
        worse = {"griffin": 1.0, "magnitude": 5.0}.get(lane.method, 3.0)
        events.append(point(lane.method, lane.density, t_s=t_s + POINT_S, kl=worse * KL.get(lane.density, 0.2)))
    return [*events, RunFinished(t_s=events[-1].t_s, reason="done")]


def point(
    method: str = "griffin",
    density: float = 0.5,
    *,
    kl: float = 0.05,
    speedup: float | None = None,
    spread: float = 1.02,
    t_s: float = 1.0,
    timed: bool = True,
) -> SweepPoint:
    """One lane; its speed-up follows from the density unless it is given, with an interval of a factor `spread`."""
    speedup = speedup or 1 / (0.4 + 0.6 * density)
    return SweepPoint(
        t_s=t_s,
        lane=f"{method}:density={density!r}",
        method=method,
        density=density,
        effective_density=density,
        tokens=47,
        kl=kl,
        top1=1 / (1 + kl),
        first_divergence=3,
        tpot_ms=30.0 / speedup if timed else None,
        dense_tpot_ms=30.0 if timed else None,
        speedup=speedup if timed else None,
        speedup_low=speedup / spread if timed else None,
        speedup_high=speedup * spread if timed else None,
        byte_roofline=1 / (0.2 + 0.8 * density),
        ff_bytes_share=density,
    )


def run(points: Sequence[SweepPoint], *, reason: str = "done") -> list[Event]:
    """Exactly these points."""
    started = StudyStarted(t_s=0.0, kind="sweep", model=FACTS, steps=len(points))
    return [started, *points, RunFinished(t_s=9.0, reason=reason)]
