"""Recordings that are gone on with after the race: closer looks, votes and marks, one writer at a time."""

import dataclasses
import threading
import time

import pytest

from griffin_core.errors import RecordingError
from griffin_core.events import MarkSet, VoteCast
from griffin_core.recording import Recorder, read_recording
from tests.core.hand_made import recording
from tests.core.on_disk import LOOK, VOTE, written
from tests.core.scripted_run import FACTS


def test_what_follows_the_race_follows_on_its_axis(path):
    events = recording().events
    written(path, events)
    with Recorder.resumed(path) as recorder:
        for event in (*LOOK, VoteCast(t_s=0.0, said="A", pruned="B"), MarkSet(t_s=0.0, at_s=0.3)):
            recorder.add(event)
    back = read_recording(path)
    end_s = events[-1].t_s
    assert back.race == events
    assert [event.t_s for event in back.looks] == [end_s, end_s + 0.25, end_s + 0.5]
    assert [event.said for event in back.votes] == ["A"]
    assert [event.at_s for event in back.marks] == [0.3]
    assert back.duration_s == end_s + 0.5


def test_a_look_holds_no_folder_of_this_machine(path):
    written(path, recording().events)
    with Recorder.resumed(path) as recorder:
        recorder.add(dataclasses.replace(LOOK[0], model=dataclasses.replace(FACTS, model="/home/somebody/my-model")))
    assert b"somebody" not in path.read_bytes()


def test_resuming_ends_a_last_line_that_has_no_end(path):
    written(path, recording().events)
    path.write_bytes(path.read_bytes()[:-1])
    with Recorder.resumed(path) as recorder:
        recorder.add(VOTE)
    assert read_recording(path).votes


def test_a_race_that_goes_on_is_not_resumed(path):
    written(path, recording(ended=False).events)
    before = path.read_bytes()
    with pytest.raises(RecordingError, match="has no end"):
        Recorder.resumed(path)
    assert path.read_bytes() == before


def test_two_recorders_at_once_write_one_after_the_other(path):
    written(path, recording().events)
    said = []

    def vote(name: str) -> None:
        with Recorder.resumed(path) as recorder:
            for event in LOOK:
                recorder.add(event)
                time.sleep(0.005)
        said.append(name)

    threads = [threading.Thread(target=vote, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["a", "b", "c"]
    assert len(read_recording(path).looks) == 3 * len(LOOK)


def test_a_recording_that_somebody_writes_is_waited_for_and_then_refused(path, monkeypatch):
    monkeypatch.setattr("griffin_core.recording.file.PATIENCE_S", 0.05)
    written(path, recording().events)
    with Recorder.resumed(path), pytest.raises(RecordingError, match="being written by somebody else"):
        Recorder.resumed(path)


def test_resuming_takes_a_cut_line_off_first(path):
    written(path, recording().events)
    whole = path.read_bytes()
    path.write_bytes(whole + b'[61.0,null,"vo')
    with Recorder.resumed(path) as recorder:
        recorder.add(VoteCast(t_s=0.0, said="", pruned="A"))
    assert path.read_bytes().startswith(whole)
    end_s = recording().events[-1].t_s
    assert read_recording(path).votes == (VoteCast(t_s=end_s, said="", pruned="A"),)
