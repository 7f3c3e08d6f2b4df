"""`replay FILE`: what was recorded is shown as it was, without torch, whatever the recording lacks."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from griffin_core.cli import race
from griffin_core.cli.output import Output
from griffin_core.cli.parser import build_parser
from griffin_core.cli.program import main
from griffin_core.cli.replay import run
from griffin_core.events import Event, RunFailed
from griffin_core.metrics import RunTally
from griffin_core.recording import PromptText, Recording, record
from tests.core.hand_made import ANSWERS, PAUSE_S, recording
from tests.core.test_cli_screen import HOSTILE, STEERS, Terminal, same_terminal_everywhere, without_colour

__all__ = ["same_terminal_everywhere"]  # a fixture that counts here, too

ROOT = Path(__file__).resolve().parents[2]
Spoken = pytest.CaptureFixture[str]
WITHOUT_TORCH = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = sys.modules["numpy"] = None
from griffin_core.cli.program import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def saved(folder: Path, made: Recording, events: tuple[Event, ...] | None = None) -> str:
    path = folder / "a.griffin.jsonl"
    header = made.header
    for _ in record(events or made.events, path, title=header.title, prompt=header.prompt):
        pass
    return str(path)


def on_a_terminal(file: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[str, list[float]]:
    """What the terminal was given, and the pauses."""
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    terminal = Terminal()
    arguments = build_parser().parse_args(["replay", file, *words])
    assert run(arguments, Output(stream=terminal, as_json=False)) == 0
    return terminal.getvalue(), pauses


def test_json_is_the_object_that_the_race_printed_and_says_that_it_is_a_replay(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    made = recording()
    monkeypatch.setattr(race, "open_race", lambda *_: (event for event in made.events))
    file = folder / "a.griffin.jsonl"
    assert main(["race", "Why?", "--record", str(file), "--json"]) == 0
    raced = capsys.readouterr().out
    assert main(["replay", str(file), "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    told = replayed.pop("recorded")
    assert replayed == json.loads(raced)
    assert set(told) == {"created", "device_name"}  # by which a program knows that nothing ran here
    assert told["device_name"] == "a processor"


def test_a_file_gets_text_at_once_and_where_it_comes_from(folder: Path, capsys: Spoken) -> None:
    file = saved(folder, recording(title="Blue", prompt=PromptText(text="Why is it?", system="Be brief.")))
    assert main(["replay", file]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Blue\nSystem: Be brief.\nPrompt: Why is it?\n\n--- dense\n The sky is blue.\n")
    assert "byte roofline" in told.out
    assert re.search(r"\nrecorded on cpu, a processor, \d{4}-\d\d-\d\d \d\d:\d\d UTC\n$", told.out)
    assert told.err == ""


def test_a_recording_without_words_has_no_introduction(folder: Path, capsys: Spoken) -> None:
    assert main(["replay", saved(folder, recording(prompt=None))]) == 0
    assert capsys.readouterr().out.startswith("--- dense\n")


def test_a_terminal_sees_the_lanes_at_their_pace_and_the_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, pauses = on_a_terminal(saved(folder, recording()), monkeypatch)
    plain = without_colour(shown)
    assert "recorded on cpu, a processor" in plain
    assert plain.index("· 1×") < plain.index("byte roofline")
    assert "The sky is ◆azure." in plain
    assert 0.05 < max(pauses) < 5 < PAUSE_S  # a minute without an event is not sat through


def test_a_recording_is_played_faster_on_request(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, _ = on_a_terminal(saved(folder, recording()), monkeypatch, "--speed", "4")
    assert "· 4×" in without_colour(shown)


@pytest.mark.parametrize("speed", ["fast", "0", "-1", "nan", "1000"])
def test_speeds_that_cannot_be_are_refused(speed: str, folder: Path, capsys: Spoken) -> None:
    assert main(["replay", saved(folder, recording()), f"--speed={speed}", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["type"] == "SettingsError"
    assert "speed" in error["message"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "cannot be read"),
        (b"", "empty"),
        (b"hello\n", "line 1"),
        (b'{"format": "griffin", "version": [9, 0]}\n', "version 9"),
    ],
)
def test_what_is_no_recording_is_bad_input(data: bytes | None, says: str, folder: Path, capsys: Spoken) -> None:
    file = folder / "a.griffin.jsonl"
    if data is not None:
        file.write_bytes(data)
    assert main(["replay", str(file), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["type"] == "RecordingError"
    assert says in error["message"]


def test_a_recording_that_was_broken_off_is_shown_as_cancelled(folder: Path, capsys: Spoken) -> None:
    made = recording()
    some = made.events[:8]
    assert main(["replay", saved(folder, made, some), "--json"]) == 0
    told = capsys.readouterr()
    lanes = json.loads(told.out)["lanes"]
    assert [lane["finish_reason"] for lane in lanes] == ["cancelled", "cancelled"]
    assert [len(lane["token_ids"]) for lane in lanes] == [2, 2]
    assert "the recording was broken off" in told.err


def test_a_race_that_broke_is_shown_until_then(folder: Path, capsys: Spoken) -> None:
    made = recording()
    broke = RunFailed(t_s=9.0, type="OutOfMemoryError", message="memory is full.")
    assert main(["replay", saved(folder, made, (*made.events[:8], broke)), "--json"]) == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)["lanes"]) == 2
    assert "the recorded race broke: memory is full." in told.err


def test_hostile_words_cannot_steer_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    (dense, words, ms), other = ANSWERS
    answers = ((dense, (*words, HOSTILE), ms), other)
    file = saved(folder, recording(answers, title=HOSTILE, prompt=PromptText(text=HOSTILE), max_new_tokens=6))
    shown, _ = on_a_terminal(file, monkeypatch)
    assert not STEERS.search(without_colour(shown).replace("\n", ""))
    assert main(["replay", file]) == 0
    assert not STEERS.search(capsys.readouterr().out.replace("\n", ""))


def test_replaying_needs_no_torch(folder: Path) -> None:
    file = saved(folder, recording())
    command = [sys.executable, "-c", WITHOUT_TORCH, "replay", file, "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    tally = RunTally()
    for event in recording().events:
        tally.add(event)
    assert [lane["text"] for lane in json.loads(done.stdout)["lanes"]] == [lane.text for lane in tally.lanes()]
