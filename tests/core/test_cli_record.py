"""`race --record FILE`: what is in the file, whatever ends the race. Runs are scripted; nothing is loaded."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from griffin_core.cli import race
from griffin_core.cli.program import main
from griffin_core.errors import OutOfMemoryError, RecordingError, UnknownModelError
from griffin_core.events import Event, RunFailed, RunFinished
from griffin_core.metrics import RunTally
from griffin_core.recording import PromptText, Recorder, read_recording
from tests.core.hand_made import recording
from tests.core.test_cli_process import environment

Spoken = pytest.CaptureFixture[str]
EVENTS = recording().events
NEVER_ENDING = """
import runpy, sys, time
from griffin_core.cli import race
from tests.core.hand_made import recording

def open_race(arguments, prompt, settings, experts):
    yield from recording(ended=False).events
    while True:
        print("ready", file=sys.stderr, flush=True)
        time.sleep(0.01)

race.open_race = open_race
runpy.run_module("griffin_core", run_name="__main__")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.griffin.jsonl"


def runs(monkeypatch: pytest.MonkeyPatch, events: Iterator[Event]) -> None:
    monkeypatch.setattr(race, "open_race", lambda arguments, prompt, settings, experts: events)


def breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, after: int) -> None:
    def start() -> Iterator[Event]:
        yield from EVENTS[:after]
        raise error

    runs(monkeypatch, start())


def test_the_file_holds_the_race_its_prompt_and_its_title(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    runs(monkeypatch, (event for event in EVENTS))
    words = ["race", "Why?", "--system", "Be brief.", "--record", str(file), "--title", "Blue\n sky", "--json"]
    assert main(words) == 0
    read = read_recording(file)
    assert read.race == EVENTS
    assert read.complete
    assert read.header.prompt == PromptText(text="Why?", system="Be brief.", chat=True)
    assert read.header.title == "Blue sky"
    told = capsys.readouterr()
    assert f"recorded into {file}" in told.err
    assert [lane["name"] for lane in json.loads(told.out)["lanes"]] == ["dense", "griffin:density=0.5"]


def test_without_the_option_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runs(monkeypatch, (event for event in EVENTS))
    assert main(["race", "Why?", "--json"]) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", ["file", "folder", "dangling link"])
def test_a_name_that_is_taken_is_refused_before_anything_starts(
    taken: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    if taken == "file":
        file.write_text("precious", encoding="utf-8")
    elif taken == "folder":
        file.mkdir()
    else:
        file.symlink_to(file.parent / "nowhere")

    def refuse(*_: object) -> None:
        raise AssertionError("nothing may start")

    monkeypatch.setattr(race, "open_race", refuse)
    monkeypatch.setattr(race, "read_lanes", refuse)
    assert main(["race", "Why?", "--lane", "dense", "--record", str(file), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["type"] == "RecordingError"
    assert "is there already" in error["message"]
    if taken == "file":
        assert file.read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--title", "A sky"], "Add --record FILE"),
        (["--record", "{file}", "--title", "x" * 121], "120 characters"),
        (["--record", "{file}/in/no/folder"], "cannot be written"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words(
    words: list[str], says: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    runs(monkeypatch, (event for event in EVENTS))
    assert main(["race", "Why?", "--json", *(word.format(file=file) for word in words)]) == 2
    assert says in json.loads(capsys.readouterr().out)["error"]["message"]
    assert not file.exists()


def test_a_model_that_does_not_load_leaves_no_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, UnknownModelError("no model called nowhere/nothing."), after=0)
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 2
    assert not file.exists()


def test_an_interrupted_race_is_recorded_as_cancelled(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, KeyboardInterrupt(), after=8)
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 130
    read = read_recording(file)
    assert read.race[:-1] == EVENTS[:8]
    assert read.race[-1] == RunFinished(t_s=EVENTS[7].t_s, reason="cancelled")
    assert not read.complete


def test_an_interrupt_while_drawing_is_recorded_as_cancelled_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    runs(monkeypatch, (event for event in EVENTS))
    monkeypatch.setattr(RunTally, "add", interrupted)
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 130
    read = read_recording(file)
    assert [event.code for event in read.race] == ["start", "end"]
    assert not read.complete


def test_a_race_that_breaks_says_so_in_its_recording(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, OutOfMemoryError("memory is full. Use a smaller model."), after=8)
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 1
    last = read_recording(file).race[-1]
    assert last == RunFailed(t_s=EVENTS[7].t_s, type="OutOfMemoryError", message="memory is full. Use a smaller model.")


def test_what_cannot_be_written_is_no_failure_of_the_race(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    added: list[str] = []
    add = Recorder.add

    def full(recorder: Recorder, event: Event) -> None:
        added.append(event.code)
        if len(added) == 6:
            raise RecordingError("it cannot be written: no space left. Free space and try again.")
        add(recorder, event)

    monkeypatch.setattr(Recorder, "add", full)
    runs(monkeypatch, (event for event in EVENTS))
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["type"] == "RecordingError"
    assert added == [event.code for event in EVENTS[:6]]  # nothing more is tried
    assert read_recording(file).race == EVENTS[:5]


def test_what_nobody_expected_leaves_what_came_before(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, ZeroDivisionError("division by zero"), after=8)
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 1
    assert read_recording(file).race == EVENTS[:8]


def test_every_event_is_in_the_file_before_the_next_one_is_asked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def start() -> Iterator[Event]:
        for event in EVENTS:
            yield event
            seen.append(read_recording(file).events[-1] == event)

    runs(monkeypatch, start())
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 0
    assert seen == [True] * len(EVENTS)


def test_a_signal_leaves_a_file_that_plays(file: Path) -> None:
    command = [sys.executable, "-c", NEVER_ENDING, "race", "Why?", "--record", str(file)]
    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "ready" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert f"recorded into {file}" in err
    assert read_recording(file).race[-1].code == "end"
    assert main(["replay", str(file), "--json"]) == 0
