"""Events → view values. The same fold for a live run and for a replay; knows no gradio and no model."""

from app.presenters.idle import broken_view, idle_view
from app.presenters.inspection import InspectionPresenter
from app.presenters.overlap import OverlapPresenter
from app.presenters.race import RacePresenter
from app.presenters.status import engine_status, error_status, queued_status
from app.presenters.sweep import SweepPresenter, prompt_preview

__all__ = [
    "InspectionPresenter",
    "OverlapPresenter",
    "RacePresenter",
    "SweepPresenter",
    "broken_view",
    "engine_status",
    "error_status",
    "idle_view",
    "prompt_preview",
    "queued_status",
]
