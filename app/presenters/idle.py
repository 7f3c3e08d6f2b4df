"""The page before a run, with the headings that the run will have, and after one that broke. Knows no events."""

import dataclasses

from app.asking.form import RaceForm
from app.engines.interface import EngineState
from app.presenters.panes import blank_pane
from app.presenters.status import engine_status, error_status
from app.presenters.verdict import verdict_facts
from app.text import answers
from app.text import race as text
from app.text.recordings import RECORDED
from app.views import ChartView, ExtrasView, MapView, PanePhase, RaceView, RecordedView, VerdictView


def idle_view(form: RaceForm, state: EngineState, *, run: str = "") -> RaceView:
    """Nothing has happened yet. A form that continues a race shows what was written before. The form was checked."""
    phase: PanePhase = "warming" if state.phase == "loading" else "idle"
    extra = [(lane.method, lane.density, lane.name) for lane in form.extra_lanes()]
    lanes = [("dense", 1.0, ""), (form.method, _share(form.density), ""), *extra]
    opening = form.opening or ((),) * len(lanes)
    shared = ""
    if form.branched_at and form.branched_lane is not None and form.branched_lane < len(lanes):
        method, density, name = lanes[form.branched_lane]
        shared = answers.shared_text(text.lane_label(method, density, name=name) if density else "")
    panes = tuple(
        blank_pane(
            method,
            density,
            run=run,
            lane=lane,
            phase=phase,
            pieces=pieces,
            branched_at=form.branched_at,
            shared=shared,
            name=name,
        )
        for lane, ((method, density, name), pieces) in enumerate(zip(lanes, opening, strict=True))
    )
    return RaceView(
        run=run,
        panes=panes,
        verdict=VerdictView(run=run, phase=phase, facts=verdict_facts(None, None, over=False)),
        chart=ChartView(run=run),
        map=MapView(run=run),
        extras=ExtrasView(run=run),
        status=engine_status(state),
        form=form.from_the_start(),
    )


def broken_view(view: RaceView, message: str) -> RaceView:
    """The page after an error; `view`: as it was before it. What was recorded until then can be opened."""
    panes = tuple(dataclasses.replace(pane, phase="error", note="") for pane in view.panes)
    status = dataclasses.replace(error_status(message, None), machine=view.status.machine, details=view.status.details)
    recording = view.recording
    if recording.phase == "recording":
        recording = (
            RecordedView() if not recording.id else dataclasses.replace(recording, phase="recorded", sentence=RECORDED)
        )
    return dataclasses.replace(view, panes=panes, status=status, recording=recording)


def _share(density: object) -> float | None:
    """Density for a heading; None for what the door will refuse."""
    try:
        share = float(str(density))
    except ValueError:
        return None
    return share if 0 < share <= 1 else None
