"""Recording while a run streams: what is written, when, and what becomes of a disk that fails. No browser."""

import dataclasses
import os
from pathlib import Path

import pytest

from app.engines.interface import InspectionRequest
from app.library import Library, Query
from app.presenters import RacePresenter
from app.presenters.blind import blind_view
from app.presenters.sealed import Vote
from app.serving.recordings import RecordingService
from app.serving.service import RaceService
from app.tabs.blind import vote_event
from app.tabs.recording import chosen, recorded_as
from griffin_core.events import RunFinished, StudyStarted, TokenEmitted, VoteCast
from griffin_core.recording import Recording
from tests.app.scripted_engine import FACTS, ScriptedEngine
from tests.app.scripted_events import scripted_race
from tests.app.scripted_service import FORM, MODELS, last

ASKED = dataclasses.replace(FORM, record=True, agreed=True, title="Sunrise")
LOOK = [StudyStarted(t_s=0.0, kind="inspection", model=FACTS, steps=1), RunFinished(t_s=0.5, reason="done")]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kept", bundled=tmp_path / "bundled")


@pytest.fixture
def recordings(library: Library) -> RecordingService:
    return RecordingService(library)


@pytest.fixture
def service(recordings: RecordingService) -> RaceService:
    engine = ScriptedEngine(scripted_race(), speed=1000, studies={InspectionRequest: LOOK})
    return RaceService(engine, models=MODELS, recordings=recordings)


def the_recording(library: Library) -> Recording:
    (entry,) = library.find(Query()).entries
    return library.read(entry.id)


def test_nothing_is_kept_of_a_run_that_did_not_ask_for_it(service: RaceService, library: Library) -> None:
    assert last(service.run(FORM, "ann")).recording.phase == "off"
    assert library.find(Query()).total == 0


def test_a_recorded_run_is_in_the_library_event_by_event(service: RaceService, library: Library) -> None:
    view = last(service.run(ASKED, "ann"))
    assert view.recording.phase == "recorded"
    recording = library.read(view.recording.id)
    start, *rest = scripted_race()
    assert recording.events == (start, *rest)
    assert recording.header.title == "Sunrise"
    assert recording.header.prompt is not None
    assert recording.header.prompt.text == FORM.prompt
    library.delete(view.recording.id, view.recording.key)


def test_a_run_is_refused_until_the_visitor_agrees(service: RaceService, library: Library) -> None:
    view = last(service.run(dataclasses.replace(ASKED, agreed=False), "ann"))
    assert view.refused
    assert "agreed" in view.status.text
    assert library.find(Query()).total == 0


def test_a_run_that_is_left_in_the_middle_leaves_a_file_that_plays(library: Library) -> None:
    engine = ScriptedEngine(scripted_race(), speed=2)
    service = RaceService(engine, models=MODELS, recordings=RecordingService(library))
    views = service.run(ASKED, "ann")
    for view in views:
        if view.panes[0].pieces:
            break
    views.close()  # type: ignore[attr-defined]
    recording = the_recording(library)
    assert isinstance(recording.events[-1], TokenEmitted)
    assert not recording.complete


def test_a_full_disk_stops_the_recording_and_not_the_run(
    service: RaceService, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = os.write, []

    def full(file: int, data: bytes) -> int:
        written.append(data)
        if len(written) > 5:
            raise OSError(28, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(os, "write", full)
    view = last(service.run(ASKED, "ann"))
    monkeypatch.undo()
    assert view.status.phase == "done"
    assert view.recording.phase == "failed"
    assert "No space left on device" in view.recording.sentence
    assert len(the_recording(library).events) == 5
    assert view.finished is not None
    assert view.finished.recording == ""


def test_a_server_without_a_folder_says_so_and_runs(tmp_path: Path) -> None:
    nowhere = RecordingService(Library(None, bundled=tmp_path))
    assert nowhere.consent() == ()
    service = RaceService(ScriptedEngine(scripted_race(), speed=1000), models=MODELS, recordings=nowhere)
    view = last(service.run(ASKED, "ann"))
    assert view.status.phase == "done"
    assert view.recording.phase == "failed"


def test_a_closer_look_follows_the_race_in_its_file(service: RaceService, library: Library) -> None:
    form = last(service.run(ASKED, "ann")).finished
    assert form is not None
    *_, look = service.inspect(form, "ann")
    assert look.status.phase == "done"
    recording = the_recording(library)
    assert [type(event) for event in recording.looks] == [StudyStarted, RunFinished]
    assert recording.looks[0].t_s >= recording.race[-1].t_s


def test_the_first_closer_look_is_enough(service: RaceService, library: Library) -> None:
    form = last(service.run(ASKED, "ann")).finished
    assert form is not None
    for layer in (None, 2):
        assert list(service.inspect(dataclasses.replace(form, layer=layer), "ann"))
    assert len(the_recording(library).looks) == len(LOOK)


def test_a_run_that_breaks_in_the_page_can_be_opened_all_the_same(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = RaceService(ScriptedEngine(scripted_race(), speed=2), models=MODELS, recordings=RecordingService(library))
    views = service.run(ASKED, "ann")
    for view in views:
        if view.recording.id:
            break
    monkeypatch.setattr(RacePresenter, "view", lambda self: 1 / 0)
    view = last(views)
    assert view.status.phase == "error"
    assert view.recording.phase == "recorded"
    assert the_recording(library).events


def test_a_look_that_was_stopped_is_not_in_the_file(service: RaceService, library: Library) -> None:
    form = last(service.run(ASKED, "ann")).finished
    assert form is not None
    service._engine.studies = {InspectionRequest: [LOOK[0], RunFinished(t_s=0.1, reason="cancelled")]}  # type: ignore[attr-defined]
    assert list(service.inspect(form, "ann"))
    assert the_recording(library).looks == ()


def test_a_vote_is_added_to_the_recording(service: RaceService, library: Library) -> None:
    recording = last(service.run(ASKED, "ann")).recording.id
    service.recordings.add_vote(recording, vote_event(Vote(run="1", pruned="B", said=None)))
    (vote,) = the_recording(library).votes
    assert (vote.said, vote.pruned) == ("", "B")


def test_nothing_can_be_added_to_a_recording_that_was_deleted(service: RaceService, library: Library) -> None:
    view = last(service.run(ASKED, "ann"))
    library.delete(view.recording.id, view.recording.key)
    service.recordings.add_vote(view.recording.id, VoteCast(t_s=0.0, said="A", pruned="A"))
    assert library.find(Query()).total == 0


def test_a_blind_run_gives_nothing_to_open_before_the_vote(service: RaceService) -> None:
    view = last(service.run(ASKED, "ann"))
    hidden = blind_view(view, (1, 0)).recording
    assert (hidden.phase, hidden.id, hidden.key) == ("sealed", "", "")


@pytest.mark.parametrize("value", [None, [], {"record": 1, "agreed": "yes"}, {"record": None}])
def test_only_a_clear_yes_switches_recording_on(value: object) -> None:
    assert chosen(value) == {"record": False, "agreed": False, "title": ""}


def test_run_again_follows_the_switch_as_it_stands_now() -> None:
    form = recorded_as(ASKED, {"record": False, "agreed": True, "title": ""})
    assert (form.record, form.title) == (False, "")


def test_a_title_may_be_too_long_or_on_many_lines(service: RaceService, library: Library) -> None:
    last(service.run(dataclasses.replace(ASKED, title="a\nb " + "c" * 500), "ann"))
    title = the_recording(library).header.title
    assert title.startswith("a b ccc")
    assert len(title) == 120
