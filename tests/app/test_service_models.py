"""What the service says and does while a model is loaded."""

import dataclasses

from app.asking.sweep import SweepForm
from app.engines.interface import EngineState, InspectionRequest, SweepRequest
from app.serving.service import RaceService
from griffin_core.events import RunFinished
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_service import FORM, MODELS, slow_engine


def study_engine() -> ScriptedEngine:
    """Races, closer looks and sweeps whose first event does not come before somebody stops them."""
    never = [RunFinished(t_s=600.0, reason="done")]
    return ScriptedEngine(never, studies={InspectionRequest: never, SweepRequest: never})


def test_a_run_waits_for_its_model_and_says_so() -> None:
    engine = ScriptedEngine([RunFinished(t_s=600.0, reason="done")])
    service = RaceService(engine, models=MODELS)
    engine.state_now = EngineState(phase="loading", model="embedded", detail="reading weights", progress=0.4)
    view = next(service.run(FORM, "ann"))
    assert (view.status.phase, view.status.text) == ("loading", "Warming up: reading weights")
    assert view.status.progress == 0.4


def test_a_study_waits_for_its_model_and_says_so() -> None:
    engine = study_engine()
    engine.state_now = EngineState(phase="loading", model="embedded", detail="reading weights", progress=0.4)
    service = RaceService(engine, models=MODELS)
    sweep = service.sweep(SweepForm(race=FORM), "ann")
    status = next(sweep).status
    assert (status.phase, status.text, status.progress) == ("loading", "Warming up: reading weights", 0.4)
    engine.state_now = dataclasses.replace(engine.state_now, phase="ready")
    assert next(sweep).status.text == "Starting …"
    engine.state_now = dataclasses.replace(engine.state_now, phase="loading")
    service.stop_sweep("ann")
    *_, stopped = sweep
    assert stopped.status.phase == "cancelled"


def test_the_page_opens_while_the_model_is_loading() -> None:
    engine = slow_engine()
    engine.state_now = EngineState(phase="loading", model="embedded")
    view = RaceService(engine, models=MODELS).idle_view()
    assert {pane.phase for pane in view.panes} == {"warming"}
    assert view.status.text == "Warming up …"


def test_a_model_that_could_not_be_loaded_does_not_stay_in_the_way_of_others() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    engine.state_now = EngineState(phase="failed", model="org/other", detail="The hub cannot be reached. Go online.")
    assert service.idle_view().status.fix == "Go online."
    assert engine.prepared == ["embedded"]


def test_only_models_of_the_catalog_are_prepared() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    service.prepare("/etc/passwd")
    service.prepare("org/other")
    assert engine.prepared == ["org/other"]


def test_a_model_that_waits_for_the_device_counts_as_loading() -> None:
    engine = slow_engine()
    engine.state_now = dataclasses.replace(engine.state_now, coming="org/other")
    status = RaceService(engine, models=MODELS).idle_view().status
    assert (status.phase, status.text) == ("loading", "Warming up: waiting for the run in hand to end")
