"""Recordings written and read again: what is the same, what is left out, what is refused and in which words."""

import dataclasses
import errno
import gzip
import io
import os
import subprocess
import sys
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path

import pytest

import griffin_core as gc
from griffin_core.errors import RecordingError, SettingsError
from griffin_core.events import (
    RunStarted,
    VoteCast,
)
from griffin_core.recording import PromptText, Recorder, Recording, moments, play, read_recording, record
from tests.core.hand_made import recording
from tests.core.on_disk import LOOK, written
from tests.core.scripted_run import FACTS


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_what_is_read_is_what_was_written(path):
    events = recording().events
    prompt = PromptText(text="Why?\n</script>", system="be brief", chat=True)
    assert list(record(events, path, title=" a \n title ", tags=("one", "two", "one"), prompt=prompt)) == list(events)
    back = read_recording(path)
    assert back.events == events
    assert (back.header.title, back.header.tags, back.header.prompt) == ("a title", ("one", "two"), prompt)
    assert (back.cut, back.skipped, back.complete) == (False, 0, True)
    assert back.header.software == f"griffin_core {gc.__version__}"


def test_packed_files_and_open_files_read_the_same(path):
    written(path, recording().events)
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_recording(packed).events == read_recording(io.BytesIO(path.read_bytes())).events


def test_every_event_is_in_the_file_before_the_next_one_comes(path):
    recorded = record(recording().events, path)
    for count, _ in enumerate(recorded, 1):
        assert len(lines(path)) == count


def test_a_race_that_is_closed_leaves_what_came(path):
    closed = []

    def race():
        try:
            yield from recording().events
        finally:
            closed.append(True)

    events = record(race(), path)
    taken = [next(events) for _ in range(6)]
    events.close()
    assert closed
    assert list(read_recording(path).events) == taken
    assert not read_recording(path).complete


def test_a_recording_that_never_began_leaves_no_file(path):
    record(iter(()), path).close()
    Recorder(path).close()
    assert not path.exists()


def test_a_path_that_is_taken_is_refused_at_once(path):
    path.write_text("mine")
    with pytest.raises(RecordingError, match="is there already"):
        record(recording().events, path)
    assert path.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_refused_in_words(tmp_path):
    with pytest.raises(RecordingError, match="cannot be written: No such file or directory"):
        Recorder(tmp_path / "nowhere" / "a.griffin.jsonl")


def test_a_recording_begins_with_a_race(path):
    with (
        Recorder(path) as recorder,
        pytest.raises(RecordingError, match='begins with the start of a race, got "study"'),
    ):
        recorder.add(LOOK[0])


@pytest.mark.parametrize(
    ("title", "tags", "says"),
    [
        ("x" * 121, (), "120 characters"),
        ("", ("t" * 41,), "40 characters"),
        ("", tuple(map(str, range(17))), "16 tags"),
    ],
)
def test_titles_and_tags_have_bounds(path, title, tags, says):
    with pytest.raises(RecordingError, match=says):
        Recorder(path, title=title, tags=tags)


def test_a_full_disk_leaves_whole_lines_and_closes_the_file(path, monkeypatch):
    events = recording().events
    write = os.write
    recorder = Recorder(path)
    recorder.add(events[0])
    recorder.add(events[1])
    whole = path.read_bytes()
    room = [7]

    def write_what_fits(file, line):
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, line[: room.pop()])

    monkeypatch.setattr("griffin_core.recording.file.os.write", write_what_fits)
    with pytest.raises(RecordingError, match="No space left on device"):
        recorder.add(events[2])
    monkeypatch.undo()
    assert path.read_bytes() == whole
    with pytest.raises(RecordingError, match="is closed"):
        recorder.add(events[2])
    assert read_recording(path).events == events[:2]


def test_closing_before_the_first_event_closes_the_race_too(path):
    closed = []

    class Race(Generator):
        def send(self, value):
            raise AssertionError("nobody asked")

        def throw(self, *error):
            raise StopIteration

        def close(self):
            closed.append(True)

    record(Race(), path).close()
    assert closed
    assert not path.exists()


def test_a_title_of_bytes_that_are_no_text_is_refused_at_once(path):
    with pytest.raises(RecordingError, match="is not text"):
        record(recording().events, path, title="a\udcff")
    assert not path.exists()


def test_a_recording_can_come_through_a_pipe(path):
    written(path, recording().events)
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(gzip.compress(path.read_bytes()))
    with os.fdopen(reading, "rb", buffering=0) as file:
        assert read_recording(file).events == recording().events


def test_folders_of_this_machine_are_not_recorded(path):
    race = recording(model=dataclasses.replace(FACTS, model="/home/somebody/secret/my-model"))
    written(path, race.events)
    assert read_recording(path).header.run.model.model == "my-model"
    assert b"somebody" not in path.read_bytes()


def test_replay_has_one_axis_with_capped_gaps():
    race = recording(after=(VoteCast(t_s=100.0, said="A", pruned="A"),))
    as_recorded, capped = moments(race, idle_s=None), moments(race, idle_s=2.0)
    assert as_recorded == tuple(event.t_s for event in race.events)
    assert len(capped) == len(race.events)
    gaps = [after - before for before, after in pairwise(capped)]
    told = [after - before for before, after in pairwise(as_recorded)]
    assert gaps == pytest.approx([min(gap, 2.0) for gap in told])


def test_playing_sleeps_for_the_gaps(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("griffin_core.recording.playing.time.monotonic", lambda: now[0])
    monkeypatch.setattr("griffin_core.recording.playing.time.sleep", lambda s: now.__setitem__(0, now[0] + s))
    race = recording()
    assert tuple(play(race, speed=2.0)) == race.events
    assert now[0] == pytest.approx(moments(race)[-1] / 2)
    with pytest.raises(SettingsError, match="speed must be between 0.25 and 8, got 9"):
        play(race, speed=9)


def test_recordings_work_without_torch(path):
    written(path, recording().events)
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['transformers'] = None\n"
        f"import griffin_core as gc; print(len(gc.read_recording({str(path)!r}).events))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(len(recording().events)), done.stderr


def test_a_recording_knows_when_its_race_was_cut_short(path):
    unfinished: Recording = recording(ended=False)
    written(path, unfinished.events)
    assert not read_recording(path).complete
    assert isinstance(read_recording(path).race[0], RunStarted)
