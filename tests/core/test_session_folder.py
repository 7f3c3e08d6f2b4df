"""The folder of a session: what is not its own is left alone, and a disk that is full ends it in words."""

from contextlib import closing

import pytest

from griffin_core.errors import RecordingError, SuiteError
from griffin_core.events import TokenEmitted
from griffin_core.session import PromptResult, SessionFolder, running
from griffin_core.session import folder as running_folder
from tests.core.test_session import PROMPTS, Session, places


@pytest.mark.parametrize(
    "data", [b"somebody's notes\n", b"", b'{"format": "griffin", "version": [9, 0]}\n', b'{"format": "griffin"}\n[1]\n']
)
@pytest.mark.parametrize("moved", [False, True])
def test_what_cannot_be_read_is_not_written_over(data, moved, tmp_path):
    session = Session(tmp_path, PROMPTS[:1])
    session.run()
    path = session.folder.path / session.tasks[0].file
    if moved:
        path.unlink()
        path = path.with_name(path.name.replace("0001-", "0007-"))
    path.write_bytes(data)
    with pytest.raises(SuiteError, match=f"{path.name} is in the way.*Move it away"):
        session.run()
    assert path.read_bytes() == data
    assert list(session.files()) == [path.name]


@pytest.mark.parametrize("when", ["open", "add", "close"])
def test_a_full_disk_ends_the_session_in_words_and_keeps_what_is_there(when, tmp_path, monkeypatch):
    class Full(running.Recorder):
        files = 0
        events = 0

        def __init__(self, *arguments, **words):
            Full.files += 1
            self.full_if("open")
            super().__init__(*arguments, **words)

        def add(self, event):
            Full.events += 1
            if isinstance(event, TokenEmitted) and event.index == 2:
                self.full_if("add")
            super().add(event)

        def close(self):
            super().close()
            self.full_if("close")

        def full_if(self, now):
            if Full.files == 2 and now == when:
                no_space = OSError(28, "No space left on device")
                raise RecordingError("it cannot be written: No space left on device.") from no_space

    monkeypatch.setattr(running, "Recorder", Full)
    session = Session(tmp_path)
    with pytest.raises(SuiteError, match="cannot be written any more: No space left on device.*same command"):
        session.run()
    assert Full.files == 2  # not one try a prompt
    assert list(session.files()) == [session.tasks[0].file]
    assert session.files("*.part") == {}
    monkeypatch.undo()
    assert places(session.run()) == [(1, True), (2, False), (3, False), (4, False)]


def test_a_recording_that_does_not_read_again_is_a_failure_and_costs_no_other(tmp_path, monkeypatch):
    read, seen = running_folder.read_recording, []

    def damaged(path):
        seen.append(path.name)
        if len(seen) == 1:
            raise RecordingError("line 3: this is not JSON.")
        return read(path)

    monkeypatch.setattr(running_folder, "read_recording", damaged)
    session = Session(tmp_path, PROMPTS[:2])
    first, second = session.run()
    assert (first.type, first.message) == ("RecordingError", "line 3: this is not JSON.")
    assert isinstance(second, PromptResult)
    assert list(session.files()) == [session.tasks[1].file]


def test_a_session_that_holds_its_folder_keeps_others_out_until_it_lets_go(tmp_path):
    session = Session(tmp_path, PROMPTS[:1])
    with session.folder.held():
        session.run()
        with pytest.raises(SuiteError, match="another session"), SessionFolder(session.folder.path).held():
            pass
    with SessionFolder(session.folder.path).held():
        pass


def test_two_sessions_do_not_write_to_one_folder(tmp_path):
    with closing(Session(tmp_path).events()) as events:
        next(events)
        with pytest.raises(SuiteError, match="another session"):
            Session(tmp_path).run()
    assert len(Session(tmp_path).run()) == 4


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    with pytest.raises(SuiteError, match="cannot be written"):
        Session(tmp_path).run()
