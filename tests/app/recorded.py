"""Recordings made from scripted races, by the recorder itself. Knows no model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.library import Library, Place
from griffin_core.events import Event, RunStarted
from griffin_core.recording import PromptText, Recorder
from tests.app.scripted_events import scripted_race

SUN = ("The", " sun", " rises", " in", " the", " east", ".")


def record_into(
    library: Library,
    title: str = "",
    *,
    prompt: str = "Where does the sun rise?",
    tags: Sequence[str] = (),
    model: str = "scripted",
    device: str = "Scripted CPU",
    events: Sequence[Event] | None = None,
) -> Place:
    """One more recording in the library."""
    place = library.new()
    write(place.path, title, prompt=prompt, tags=tags, model=model, device=device, events=events)
    return place


def write(
    path: Path,
    title: str = "",
    *,
    prompt: str = "Where does the sun rise?",
    tags: Sequence[str] = (),
    model: str = "scripted",
    device: str = "Scripted CPU",
    events: Sequence[Event] | None = None,
) -> None:
    """A recording at `path`; the race is the scripted one unless others are given."""
    with Recorder(path, title=title, prompt=PromptText(text=prompt), tags=tags) as recorder:
        for event in events or scripted_race():
            if isinstance(event, RunStarted):
                event = replace(event, model=replace(event.model, model=model, device_name=device))
            recorder.add(event)
