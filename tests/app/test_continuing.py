"""Going on from what a race has written, and trying again when that fails."""

import dataclasses

from app.serving.service import RaceService
from griffin_core.events import RunFailed, TokenEmitted
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_events import scripted_race
from tests.app.scripted_service import FORM, MODELS, fast_service, last, slow_engine


def test_a_refused_continue_can_be_tried_again() -> None:
    form = FORM.continued([[0, 1], [0, 1, 2]], [["The", " sun"], ["The", " sun", " rises"]])
    refused = dataclasses.replace(form, max_new_tokens="many")
    view = last(fast_service().run(refused, "ann"))
    assert view.refused
    assert view.resume == refused


def test_a_continue_that_fails_on_the_device_can_be_tried_again() -> None:
    failed = RunFailed(t_s=0.0, type="SettingsError", message="too long. Ask for at most 3.")
    form = FORM.continued([[0, 1], [0, 1, 2]], [["The", " sun"], ["The", " sun", " rises"]])
    view = last(fast_service([failed]).run(form, "ann"))
    assert (view.status.phase, view.resume, view.refused) == ("error", form, False)


def test_a_run_that_was_cut_can_be_continued_from_its_tokens() -> None:
    engine = ScriptedEngine(scripted_race(), speed=1000)
    service = RaceService(engine, models=MODELS)
    view = last(service.run(FORM, "ann"))
    assert view.resume is not None
    assert view.resume.opening == tuple(pane.pieces for pane in view.panes)
    assert view.form == FORM
    again = next(service.run(view.resume, "ann"))
    assert again.panes[0].pieces == view.panes[0].pieces
    assert engine.requests[1].settings.prefixes == view.resume.prefixes
    assert [len(prefix) for prefix in view.resume.prefixes] == [7, 7]


def test_answers_that_ended_by_themselves_are_not_continued() -> None:
    view = last(fast_service(scripted_race(finish=("eos", "eos"))).run(FORM, "ann"))
    assert view.resume is None


def test_stopping_a_continued_run_early_loses_nothing() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    form = FORM.continued([[0, 1], [0, 1, 2]], [["The", " sun"], ["The", " sun", " rises"]])
    views = service.run(form, "ann")
    next(views)
    service.cancel("ann")
    view = last(views)
    assert view.resume == form
    assert view.panes[1].pieces == ("The", " sun", " rises")


def test_a_stopped_race_is_continued_from_what_it_has_written() -> None:
    events = scripted_race()
    written = [event for event in events if isinstance(event, TokenEmitted)][:5]
    engine = ScriptedEngine([*events[:5], *written, events[-1]], speed=1.0)
    service = RaceService(engine, models=MODELS)
    for view in (views := service.run(FORM, "ann")):
        if any(pane.pieces for pane in view.panes):
            break
    service.cancel("ann")
    resume = last(views).resume
    assert resume is not None
    assert sum(map(len, resume.prefixes)) >= 1
