"""A recording holds what was run and what came out: nothing of the machine it lies on."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.library import Library, Query
from app.replaying.timeline import timeline_of
from app.web.recordings import FORMS
from griffin_core.events import RunStarted
from griffin_core.recording import PromptText, Recorder
from tests.app.scripted_events import scripted_race

POISON = "p0is0n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    home = tmp_path / POISON
    home.mkdir()
    for name in ("HOME", "USER", "LOGNAME", "HOSTNAME", "HF_TOKEN", "HF_HOME", "SPACE_ID", "XDG_DATA_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(home)
    return Library(home / "recordings", bundled=None)


@pytest.mark.parametrize("model", ["/srv/p0is0n/models/own", "~/p0is0n/own", "./p0is0n/own", "C:\\p0is0n\\models\\own"])
def test_a_recording_names_no_folder_no_environment_and_no_token(library: Library, model: str) -> None:
    place = library.new()
    with Recorder(place.path, title="Sun", prompt=PromptText(text="Why?"), tags=("a",)) as recorder:
        for event in scripted_race():
            if isinstance(event, RunStarted):
                event = replace(event, model=replace(event.model, model=model))
            recorder.add(event)
    files = [path for path in place.path.parent.iterdir() if path.is_file()]
    library.find(Query())
    assert place.path in files
    written = place.path.read_bytes()
    assert b"own" in written
    assert POISON.encode() not in written
    for value in {value for value in os.environ.values() if len(value) > 8}:
        assert value.encode() not in written


def test_no_form_of_a_recording_names_the_folder_it_lies_in(library: Library) -> None:
    place = library.new()
    with Recorder(place.path, prompt=PromptText(text="Why?")) as recorder:
        for event in scripted_race():
            recorder.add(event)
    for ending, form in FORMS.items():
        if form.of_file is not None:
            data = form.of_file(place.path)
        elif form.of_timeline is not None:
            data = form.of_timeline(place.id, timeline_of(library.read(place.id))).encode()
        else:
            assert form.of_recording is not None
            data = form.of_recording(library.read(place.id)).encode()
        assert POISON.encode() not in data, ending


def test_what_is_wrong_with_a_file_is_told_without_its_folder(library: Library) -> None:
    place = library.new()
    place.path.write_text("{}\n")
    assert POISON not in library.find(Query()).entries[0].problem
