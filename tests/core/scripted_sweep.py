"""The events of a small sweep, written by hand. Knows no model."""

from collections.abc import Iterator, Sequence

from griffin_core.events import Event, RunFinished, StudyProgress, StudyStarted, SweepPoint
from tests.core.scripted_run import FACTS

Measured = tuple[str, float, float, float | None]
POINTS: tuple[Measured, ...] = (
    ("griffin:density=0.75", 0.75, 0.125, 1.15),
    ("griffin:density=0.5", 0.5, 0.5, 1.3),
    ("random:density=0.75", 0.75, 2.0, 1.1),
)


def scripted_sweep(points: Sequence[Measured] = POINTS, *, spread: float = 1.05) -> Iterator[Event]:
    """Points of (lane, density, KL, speed-up), each speed-up with an interval of a factor `spread` to both sides."""
    yield StudyStarted(t_s=0.0, kind="sweep", model=FACTS, steps=len(points))
    yield StudyProgress(t_s=0.1, what="reading", done=24, total=24)
    for done in (1, 2, 3, 4, 5):
        yield StudyProgress(t_s=0.2 + done / 100, what="dense", done=done, total=48)
    for place, (lane, density, kl, speedup) in enumerate(points):
        t_s = 1.0 + place
        yield StudyProgress(t_s=t_s, what="tokens", done=5, total=5)
        yield StudyProgress(t_s=t_s + 0.2, what="timing", done=7, total=24)
        yield SweepPoint(
            t_s=t_s + 0.4,
            lane=lane,
            method=lane.partition(":")[0],
            density=density,
            effective_density=density,
            k=(round(1536 * density),) * 2,
            tokens=4,
            kl=kl,
            top1=0.75,
            first_divergence=3,
            tpot_ms=speedup and 30.0 / speedup,
            dense_tpot_ms=speedup and 30.0,
            speedup=speedup,
            speedup_low=speedup and speedup / spread,
            speedup_high=speedup and speedup * spread,
            byte_roofline=1.5,
            ff_bytes_share=density,
        )
    yield RunFinished(t_s=1.0 + len(points), reason="done")
