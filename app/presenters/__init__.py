"""Events → view values. The same fold for a live run and for a replay; knows no gradio and no model."""

from app.presenters.idle import idle_view
from app.presenters.inspection import InspectionPresenter
from app.presenters.race import RacePresenter
from app.presenters.status import engine_status, error_status, queued_status

__all__ = ["InspectionPresenter", "RacePresenter", "engine_status", "error_status", "idle_view", "queued_status"]
