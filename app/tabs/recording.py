"""Recording from the race tab: the switch beside Run, what is stored, and what became of it. Layout, then wires.

Knows widgets and the service; knows no event and no file.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.asking.form import RaceForm
from app.serving.recordings import RecordingService
from app.text import recordings as text
from app.views import RecordedView


@dataclass(frozen=True, kw_only=True)
class RecordingWidgets:
    """switch: {"record", "agreed", "title"} for the next run; recorder: the panel below the prompt."""

    switch: gr.HTML
    recorder: gr.HTML


def build_switch(recordings: RecordingService) -> gr.HTML:
    """The switch near Run."""
    return components.record_switch(recordings.consent())


def build_recorder(recordings: RecordingService, switch: gr.HTML) -> RecordingWidgets:
    """The panel, closed, into the open context."""
    return RecordingWidgets(switch=switch, recorder=components.recorder(recordings.consent()))


def chosen(value: object) -> dict[str, Any]:
    """What the switch says, as fields of a RaceForm. value: what the browser sent, which may be anything."""
    given = value if isinstance(value, dict) else {}
    return {
        "record": given.get("record") is True,
        "agreed": given.get("agreed") is True,
        "title": str(given.get("title") or ""),
    }


def recorded_as(form: RaceForm, value: object) -> RaceForm:
    """A run from before, kept or not as the switch says now."""
    return dataclasses.replace(form, **chosen(value))


def wire_recorder(recordings: RecordingService, widgets: RecordingWidgets, quiet: dict[str, Any]) -> None:
    """Make Delete act. Open is wired with the tab it opens."""

    def remove(event: gr.EventData) -> Any:
        given = event._data if isinstance(event._data, dict) else {}
        recording, key = str(given.get("id", "")), str(given.get("key", ""))
        if trouble := recordings.delete(recording, key):
            return RecordedView(phase="recorded", id=recording, key=key, sentence=trouble).as_json()
        return RecordedView(phase="deleted", id=recording, sentence=text.DELETED).as_json()

    widgets.recorder.remove(remove, None, widgets.recorder, queue=False, **quiet)
