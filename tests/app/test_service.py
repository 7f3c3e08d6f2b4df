"""Many visitors, one device: the line, stopping, and errors that arrive as views."""

import dataclasses
import threading
import time
from collections.abc import Iterator

import pytest

from app.asking.form import InspectionForm, RaceForm
from app.asking.sweep import SweepForm
from app.engines.interface import InspectionRequest, Request, SweepRequest
from app.presenters import queued_status
from app.serving.line import MAX_WAITING, Line, Ticket
from app.serving.service import RaceService
from griffin_core.events import RunFinished
from tests.app.scripted_engine import FACTS, ScriptedEngine, ScriptedRun
from tests.app.scripted_events import scripted_race
from tests.app.scripted_service import FORM, MODELS, fast_service, last, slow_engine


def study_engine() -> ScriptedEngine:
    """Races, closer looks and sweeps whose first event does not come before somebody stops them."""
    never = [RunFinished(t_s=600.0, reason="done")]
    return ScriptedEngine(never, studies={InspectionRequest: never, SweepRequest: never})


def finished_race() -> InspectionForm:
    finished = last(fast_service().run(FORM, "ann")).finished
    assert finished is not None
    return finished


def test_a_run_ends_in_a_view_that_is_over() -> None:
    view = last(fast_service().run(FORM, "ann"))
    assert view.over
    assert view.status.phase == "done"
    assert view.panes[0].pieces == ("The", " sun", " rises", " in", " the", " east", ".")


def test_every_view_of_a_run_carries_its_id_and_the_next_run_another_one() -> None:
    service = fast_service()
    first, second = ({view.run for view in service.run(FORM, "ann")} for _ in range(2))
    assert len(first) == len(second) == 1
    assert first != second


def test_updates_are_collected_instead_of_sent_one_by_one() -> None:
    assert len(list(fast_service().run(FORM, "ann"))) < len(scripted_race())


@pytest.mark.parametrize(
    "form",
    [
        RaceForm(prompt=""),
        RaceForm(prompt="x" * 200_000),
        RaceForm(prompt="Hello", density="abc"),
        RaceForm(prompt="Hello", density=0),
        RaceForm(prompt="Hello", max_new_tokens=0),
        RaceForm(prompt="Hello", method="wanda"),
        RaceForm(prompt="Hello", model="/etc/passwd"),
    ],
    ids=lambda form: str(form)[:60],
)
def test_bad_input_ends_in_an_error_with_advice_and_starts_nothing(form: RaceForm) -> None:
    engine = ScriptedEngine(scripted_race())
    views = list(RaceService(engine, models=MODELS).run(form, "ann"))
    assert [view.status.phase for view in views] == ["error"]
    assert views[0].status.text
    assert views[0].status.fix
    assert engine.runs == []


def test_a_bug_reaches_the_visitor_as_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    class BrokenEngine(ScriptedEngine):
        def start(self, request: Request) -> ScriptedRun:
            raise ZeroDivisionError

    view = last(RaceService(BrokenEngine([]), models=MODELS).run(FORM, "ann"))
    assert view.status.text == "Something broke on the server, and the run could not go on."
    assert "ZeroDivisionError" in caplog.text


def test_stop_ends_a_running_race_and_frees_the_device() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    views = service.run(FORM, "ann")
    next(views)
    service.cancel("ann")
    assert last(views).status.phase == "cancelled"
    engine.speed = 1000
    assert last(service.run(FORM, "bob")).status.phase == "done"


def test_closing_the_views_cancels_the_run() -> None:
    engine = slow_engine()
    views = RaceService(engine, models=MODELS).run(FORM, "ann")
    next(views)
    assert isinstance(views, Iterator)
    views.close()  # type: ignore[attr-defined]  # what gradio does when the visitor leaves
    assert engine.runs[0].cancelled


def test_one_who_waits_for_something_of_ones_own_is_told_so() -> None:
    line = Line()
    first, second, third = Ticket("ann", "race"), Ticket("ann", "sweep"), Ticket("bob", "sweep")
    for ticket in (first, second, third):
        line.join(ticket)
    assert [line.waits_for_itself(ticket) for ticket in (first, second, third)] == [False, True, False]
    assert queued_status(1, None, own=True).text == "Waiting for what you started before to end."


def test_others_wait_in_line_and_are_told_their_place() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    ann, bob, eve = (service.run(FORM, name) for name in ("ann", "bob", "eve"))
    next(ann)
    assert next(bob).status.text == "1\N{NO-BREAK SPACE}run before yours."
    assert next(eve).status.text == "2\N{NO-BREAK SPACE}runs before yours."
    assert len(engine.runs) == 1
    service.cancel("bob")
    assert next(eve).status.text == "1\N{NO-BREAK SPACE}run before yours."
    assert last(bob).status.phase == "cancelled"
    service.cancel("ann")
    assert next(eve).status.phase == "reading"


def test_a_new_run_of_the_same_visitor_replaces_the_old_one() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    old = service.run(FORM, "ann")
    next(old)
    assert next(service.run(FORM, "ann")).status.phase == "reading"
    assert engine.runs[0].cancelled
    assert last(old).status.phase == "cancelled"


def test_a_refused_run_stops_nothing_of_the_visitor() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    race, sweep = service.run(FORM, "ann"), service.sweep(SweepForm(race=FORM), "ann")
    next(race)
    assert next(sweep).status.phase == "queued"
    for form in (RaceForm(prompt=""), RaceForm(prompt="word " * FACTS.context), None):
        assert last(service.run(form, "ann")).refused
    assert not engine.runs[0].cancelled
    assert next(sweep).status.phase == "queued"


def test_stop_ends_the_race_and_its_closer_look_and_no_other_study() -> None:
    engine = study_engine()
    service = RaceService(engine, models=MODELS)
    look, sweep = service.inspect(finished_race(), "ann"), service.sweep(SweepForm(race=FORM), "ann")
    next(look)
    assert next(sweep).status.phase == "queued"
    service.stop_race("ann")
    assert engine.study_runs[0].cancelled
    assert next(sweep).status.phase != "cancelled"
    race = service.run(FORM, "bob")
    assert next(race).status.phase == "queued"
    service.stop_race("bob")
    assert last(race).status.phase == "cancelled"


def test_stop_beside_a_closer_look_ends_that_look_alone() -> None:
    engine = study_engine()
    service = RaceService(engine, models=MODELS)
    sweep, look = service.sweep(SweepForm(race=FORM), "ann"), service.inspect(finished_race(), "ann")
    next(sweep)
    assert next(look).status.phase == "queued"
    service.stop_looking("ann")
    *_, stopped = look
    assert stopped.status.phase == "cancelled"
    assert not engine.study_runs[0].cancelled


def test_a_visitor_who_left_without_a_word_loses_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.serving.line.HEARTBEAT_S", 0.01)
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    gone = service.run(FORM, "ann")
    next(gone)
    waiting = service.run(FORM, "bob")
    assert next(waiting).status.phase == "queued"
    monkeypatch.setattr("app.serving.line.ABANDONED_S", 0.0)
    time.sleep(0.01)
    assert next(waiting).status.phase == "reading"
    assert engine.runs[0].cancelled


def test_a_full_line_refuses_politely() -> None:
    service = RaceService(slow_engine(), models=MODELS)
    waiting = [service.run(FORM, f"visitor {n}") for n in range(MAX_WAITING + 1)]
    for views in waiting:
        next(views)
    refused = last(service.run(FORM, "one too many"))
    assert refused.status.phase == "error"
    assert refused.status.fix == "Try again in a minute."


def test_a_line_of_visitors_who_left_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    gone = [service.run(FORM, f"visitor {n}") for n in range(MAX_WAITING + 1)]
    for views in gone:
        next(views)
    monkeypatch.setattr("app.serving.line.ABANDONED_S", 0.0)
    time.sleep(0.01)
    assert next(service.run(FORM, "ann")).status.phase == "reading"
    assert engine.runs[0].cancelled


def test_a_visitor_is_busy_from_the_first_view_to_the_last() -> None:
    service = RaceService(slow_engine(), models=MODELS)
    views = service.run(FORM, "ann")
    next(views)
    assert (service.busy("ann"), service.busy("bob")) == (True, False)
    service.cancel("ann")
    last(views)
    assert not service.busy("ann")


def test_a_study_does_not_make_a_visitor_busy() -> None:
    service = RaceService(study_engine(), models=MODELS)
    sweep = service.sweep(SweepForm(race=FORM), "ann")
    assert not next(sweep).over
    assert not service.busy("ann")


def test_the_line_is_read_under_its_lock_when_a_visitor_stops() -> None:
    service = RaceService(slow_engine(), models=MODELS)
    views = service.run(FORM, "ann")
    next(views)
    stopping = threading.Thread(target=service.cancel, args=("ann",))
    line = service._line
    with line._moved:
        tickets, line._tickets = line._tickets, []  # a state that nobody else may see
        stopping.start()
        stopping.join(0.2)
        line._tickets = tickets
    stopping.join()
    assert not service.busy("ann")


def test_a_run_that_a_new_server_does_not_know_is_an_error_in_words() -> None:
    view = last(fast_service().run(None, "ann"))
    assert view.refused
    assert view.status.fix == "Press Run."


def test_nonsense_from_a_browser_ends_in_an_error_view() -> None:
    nonsense = dataclasses.replace(FORM, method=["griffin"])  # type: ignore[arg-type]
    assert last(fast_service().run(nonsense, "ann")).refused


def test_stopping_a_visitor_who_runs_nothing_does_nothing() -> None:
    fast_service().cancel("nobody")
