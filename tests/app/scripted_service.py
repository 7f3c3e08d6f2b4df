"""The service over a scripted engine, and a visitor's form. Knows no model; for tests."""

from collections.abc import Iterator

from app.asking.form import RaceForm
from app.catalog import ModelChoice
from app.serving.service import RaceService
from app.views import RaceView
from griffin_core.events import Event
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_events import scripted_race

MODELS = (
    ModelChoice(name="embedded", label="Built in", note=""),
    ModelChoice(name="org/other", label="Other", note=""),
)
FORM = RaceForm(prompt="Why does the sun rise?")


def fast_service(events: list[Event] | None = None) -> RaceService:
    return RaceService(ScriptedEngine(events or scripted_race(), speed=1000), models=MODELS)


def slow_engine() -> ScriptedEngine:
    """A run that lasts for ten minutes unless somebody stops it."""
    return ScriptedEngine(scripted_race(), speed=1e-3)


def last(views: Iterator[RaceView]) -> RaceView:
    *_, view = views
    return view
