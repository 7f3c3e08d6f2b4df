"""Folds the events of a sweep into points, Pareto lines and a sentence. Knows no widget."""

import hashlib
import json
from collections.abc import Sequence
from typing import get_args
from uuid import uuid4

from app.asking.form import RaceForm
from app.presenters.good_deal import deal_sentence
from app.presenters.status import error_status, machine_line
from app.text import sweep as text
from app.text.race import method_title
from app.views import Across, StatusPhase, StatusView, SweepLine, SweepPointView, SweepPromptView, SweepView, Upwards
from app.views.sweep import FULL_MODEL
from griffin_core.events import Event, RunFailed, RunFinished, StudyProgress, StudyStarted, SweepPoint
from griffin_core.formatting import percent
from griffin_core.inspection.pareto import pareto
from griffin_core.inspection.sweep_tally import speed_is_sound

LANE_OF = {"griffin": 1, "random": 2, "magnitude": 3}
"""Colours and markers of the methods; the full model has the first."""

NO_LANE = -1
"""A method without a colour of its own is grey."""

KEY_DIGITS = 16
"""Enough that no two prompts of a visitor share a key."""

FULL_COSTS: dict[Across, float] = {"speed": -1.0, "bytes": 1.0}


class SweepPresenter:
    """`add` each event in order; `view()` is the sweep at that moment."""

    def __init__(self, prompt: SweepPromptView) -> None:
        """prompt: the one that is swept."""
        self._run = uuid4().hex
        self._prompt = prompt
        self._start: StudyStarted | None = None
        self._points: list[SweepPoint] = []
        self._views: list[SweepPointView] = []
        self._first_lane_s: float | None = None
        self._status = StatusView(phase="running", text=text.STARTING)

    def add(self, event: Event) -> None:
        """Take one more event."""
        match event:
            case StudyStarted():
                self._start = event
                self._say("running", text.STARTING)
            case StudyProgress():
                self._progress(event)
            case SweepPoint():
                self._points.append(event)
                self._views.append(_point_view(event))
                self._measuring(event.t_s, part=0.0)
            case RunFinished(reason="done"):
                self._say("done", text.done(len(self._points)))
            case RunFinished():
                self._say("cancelled", text.stopped(len(self._points), self._steps))
            case RunFailed():
                self._status = error_status(event.message, self._start.model if self._start else None)

    def view(self) -> SweepView:
        """The sweep after the events so far."""
        return self._with(self._status)

    def told(self, status: StatusView) -> SweepView:
        """The same, with a status that is not the study's own."""
        return self._with(status)

    def _with(self, status: StatusView) -> SweepView:
        over = status.phase in ("done", "error", "cancelled")
        return SweepView(
            run=self._run,
            prompt=self._prompt,
            status=status,
            started=self._start is not None,
            steps=self._steps,
            points=tuple(self._views),
            lines=tuple(_line(self._points, x, y) for x in get_args(Across) for y in get_args(Upwards)),
            little=text.LITTLE_KL,
            broken=text.BROKEN_KL,
            sentence=deal_sentence(self._points) if over else "",
        )

    @property
    def _steps(self) -> int:
        return self._start.steps if self._start else 0

    def _progress(self, event: StudyProgress) -> None:
        if event.what == "reading":
            self._say("reading", text.reading(event.done, event.total))
        elif event.what == "dense":
            self._first_lane_s = event.t_s
            self._say("running", text.answering(event.done, event.total))
        else:
            share = event.done / max(1, event.total)
            self._measuring(event.t_s, part=(share if event.what == "tokens" else 1 + share) / 2)

    def _measuring(self, now_s: float, *, part: float) -> None:
        """part: how much of the next point is measured, 0–1."""
        done, steps = len(self._points), max(1, self._steps)
        left_s = None
        if done and self._first_lane_s is not None:
            each_s = (self._points[-1].t_s - self._first_lane_s) / done
            left_s = max(0.0, self._points[-1].t_s + each_s * (steps - done) - now_s)
        self._say("running", text.measuring(done, steps, left_s), progress=min(1.0, (done + part) / steps))

    def _say(self, phase: StatusPhase, words: str, *, progress: float | None = None) -> None:
        machine = machine_line(self._start.model if self._start else None)
        self._status = StatusView(phase=phase, text=words, progress=progress, machine=machine)


def prompt_preview(form: RaceForm, *, size: str = "") -> SweepPromptView:
    """The prompt that would be swept. size: its length in words."""
    words = text.preview(form.prompt)
    whole = json.dumps([form.model, form.prompt, form.system, form.chat])
    key = hashlib.sha256(whole.encode()).hexdigest()[:KEY_DIGITS]
    return SweepPromptView(words=words or text.NO_PROMPT, size=size if words else "", empty=not words, key=key)


def _point_view(point: SweepPoint) -> SweepPointView:
    name = method_title(point.method)
    low, high = point.speedup_low, point.speedup_high
    interval = None if low is None or high is None else (low, high)
    return SweepPointView(
        lane=LANE_OF.get(point.method, NO_LANE),
        method=point.method,
        density=point.density,
        label=percent(point.density),
        kl=round(point.kl, 4),
        agreement=round(100 * point.top1, 1),
        bytes=round(100 * point.ff_bytes_share, 1),
        speedup=_short(point.speedup),
        low=_short(low),
        high=_short(high),
        hollow=not speed_is_sound(point),
        cells=text.cells(
            name=name,
            density=point.density,
            kl=point.kl,
            top1=point.top1,
            speedup=point.speedup,
            interval=interval,
            roofline=point.byte_roofline,
            bytes_share=point.ff_bytes_share,
        ),
        facts=text.facts(
            name=name,
            density=point.density,
            tokens=point.tokens,
            kl=point.kl,
            top1=point.top1,
            speedup=point.speedup,
            interval=interval,
            roofline=point.byte_roofline,
            bytes_share=point.ff_bytes_share,
            sound=speed_is_sound(point),
        ),
    )


def _line(points: Sequence[SweepPoint], x: Across, y: Upwards) -> SweepLine:
    """The points that no other one beats on these axes, the full model among them."""
    if not points:
        return SweepLine(x=x, y=y, points=())
    pairs = [(FULL_COSTS[x], 0.0), *((_cost(point, x), _loss(point, y)) for point in points)]
    best = sorted(pareto(pairs), key=lambda place: (pairs[place][1], -pairs[place][0]))
    return SweepLine(x=x, y=y, points=tuple(place + FULL_MODEL for place in best))


def _cost(point: SweepPoint, x: Across) -> float:
    if x == "bytes":
        return point.ff_bytes_share
    # What noise may have put there beats nothing: two methods that read the same bytes would trade places by chance.
    return -point.speedup if point.speedup is not None and speed_is_sound(point) else float("nan")


def _loss(point: SweepPoint, y: Upwards) -> float:
    return point.kl if y == "kl" else 1.0 - point.top1


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
