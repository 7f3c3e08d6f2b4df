"""Recordings written by hand, from scripted races: small, whole, and made by the same recorder. Knows no model."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from app.library import Library
from griffin_core.events import Event, RunStarted
from griffin_core.recording import PromptText, Recorder
from tests.app.scripted_events import scripted_race


def written(
    path: Path,
    *,
    title: str = "",
    prompt: str = "Why does the sun rise?",
    events: Sequence[Event] | None = None,
    model: str = "scripted",
    tags: Sequence[str] = (),
) -> Path:
    """A recording of `events`, a two-lane race unless others are given."""
    start, *rest = events or scripted_race()
    assert isinstance(start, RunStarted)
    with Recorder(path, title=title, prompt=PromptText(text=prompt), tags=tags) as recorder:
        recorder.add(dataclasses.replace(start, model=dataclasses.replace(start.model, model=model)))
        for event in rest:
            recorder.add(event)
    return path


def recorded(library: Library, **choices: object) -> str:
    """The id of one more recording in `library`; choices: as for `written`."""
    place = library.new()
    written(place.path, **choices)  # type: ignore[arg-type]
    return place.id


def bundle(folder: Path, **choices: object) -> str:
    """The id of a recording that comes with the app, in `folder`."""
    recording = "20260101-120000-aaaaaaaa"
    folder.mkdir(exist_ok=True)
    written(folder / f"{recording}.griffin.jsonl", **choices)  # type: ignore[arg-type]
    return recording
