"""`session SUITE --out DIR` on a tiny random model in a folder: files, exit codes, the object, interruption."""

import json
from pathlib import Path
from typing import Any

import pytest

from griffin_core.cli import session as command
from griffin_core.cli.output import Output
from griffin_core.cli.program import main
from griffin_core.cli.session_screen import SessionProgress
from griffin_core.errors import SuiteError
from griffin_core.racing import start_race
from griffin_core.session import SessionFolder, running
from tests.core.test_cli_screen import STEERS, Terminal, same_terminal_everywhere, without_colour
from tests.tiny_models import CONTEXT, save_tiny

__all__ = ["same_terminal_everywhere"]  # a fixture that counts here, too

Spoken = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture
def words(model: str, tmp_path: Path) -> list[str]:
    """The command for a suite of three prompts."""
    write_suite(tmp_path, {"prompt": "one", "id": "first"}, {"prompt": "two"}, {"prompt": "three"})
    options = ["--model", model, "--device", "cpu", "--max-new-tokens", "4", "--ignore-eos"]
    return ["session", str(tmp_path / "suite.jsonl"), "--out", str(tmp_path / "out"), *options]


def write_suite(folder: Path, *prompts: object) -> None:
    (folder / "suite.jsonl").write_text("\n".join(map(json.dumps, prompts)), encoding="utf-8")


def last_object(capsys: Spoken) -> dict[str, Any]:
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def test_a_session_leaves_recordings_a_summary_and_a_report(words: list[str], tmp_path: Path, capsys: Spoken) -> None:
    assert main([*words, "--json"]) == 0
    values = last_object(capsys)
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {result["file"] for result in values["results"]} == {name for name in files if name.endswith(".jsonl")}
    assert len(values["results"]) == 3
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")) == values
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert all(f'href="{result["file"]}"' in report for result in values["results"])
    assert main(["replay", str(tmp_path / "out" / values["results"][0]["file"]), "--json"]) == 0


def test_in_words_a_session_ends_with_a_table_and_the_place_of_the_report(
    words: list[str], tmp_path: Path, capsys: Spoken
) -> None:
    assert main(words) == 0
    told = capsys.readouterr()
    for part in ("speed-up, median", "griffin:density=0.5", "3 of 3\N{NO-BREAK SPACE}prompts recorded."):
        assert part in told.out
    assert told.out.endswith(f"{tmp_path / 'out' / 'report.html'}\n")
    assert "[1/3] first: griffin:density=0.5" in told.err


def test_a_failed_prompt_ends_with_1_and_the_others_recorded(words: list[str], tmp_path: Path, capsys: Spoken) -> None:
    write_suite(tmp_path, {"prompt": "x" * CONTEXT, "id": "long"}, {"prompt": "two"})
    assert main([*words, "--json"]) == 1
    values = last_object(capsys)
    assert [(failure["id"], failure["line"]) for failure in values["failures"]] == [("long", 1)]
    assert values["recorded"] == 1
    assert main(words) == 1
    told = capsys.readouterr()
    assert "1 failed." in told.out
    assert "long: the prompt is" in told.out


def test_an_interrupted_session_goes_on_with_the_same_command(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    started: list[Any] = []

    def interrupted(*arguments: Any) -> Any:
        started.append(arguments)
        if len(started) == 3:
            raise KeyboardInterrupt
        return start_race(*arguments)

    monkeypatch.setattr(running, "start_race", interrupted)
    assert main([*words, "--json"]) == 130
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["type"] == "Interrupted"
    assert "2 of 3\N{NO-BREAK SPACE}prompts recorded. The same command goes on from here." in told.err
    assert main([*words, "--json"]) == 0
    assert len(started) == 4  # two prompts, the one that was interrupted, and that one again
    assert [result["kept"] for result in last_object(capsys)["results"]] == [True, True, False]


def test_an_interrupted_session_counts_no_failure_as_recorded(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    write_suite(tmp_path, {"prompt": "x" * CONTEXT}, {"prompt": "two"}, {"prompt": "three"})
    started: list[Any] = []

    def interrupted(*arguments: Any) -> Any:
        started.append(arguments)
        if len(started) == 2:
            raise KeyboardInterrupt
        return start_race(*arguments)

    monkeypatch.setattr(running, "start_race", interrupted)
    assert main([*words, "--json"]) == 130
    assert "1 of 3\N{NO-BREAK SPACE}prompts recorded." in capsys.readouterr().err


def test_the_summary_is_written_before_another_session_may_begin(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files = command.write_files
    seen: list[None] = []

    def watched(*arguments: Any, **named: Any) -> None:
        with pytest.raises(SuiteError, match="another session"), SessionFolder(tmp_path / "out").held():
            pass
        write_files(*arguments, **named)
        seen.append(None)

    monkeypatch.setattr(command, "write_files", watched)
    assert main([*words, "--json"]) == 0
    assert len(seen) == 1


def test_a_changed_suite_says_what_is_left_lying(words: list[str], tmp_path: Path, capsys: Spoken) -> None:
    assert main(words) == 0
    write_suite(tmp_path, {"prompt": "one", "id": "first"}, {"prompt": "two"})
    assert main([*words, "--json"]) == 0
    told = capsys.readouterr()
    assert "1 recordings" not in told.err
    assert "1\N{NO-BREAK SPACE}recording in" in told.err
    assert json.loads(told.out.splitlines()[-1])["prompts"] == 2


@pytest.mark.parametrize(
    ("line", "extra", "says"),
    [
        ({"prompt": ""}, [], "line 2 of the suite"),
        ({"prompt": "b"}, ["--lane", "osmosis"], "osmosis"),
        ({"prompt": "b"}, ["--max-new-tokens", "0"], "max_new_tokens"),
        ({"prompt": "b"}, ["--experts", "A=text"], "used by no lane"),
    ],
)
def test_everything_is_checked_before_the_model_loads(
    line: object, extra: list[str], says: str, words: list[str], tmp_path: Path, monkeypatch: Any, capsys: Spoken
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing may load")

    monkeypatch.setattr(command, "load", refuse)
    write_suite(tmp_path, {"prompt": "a"}, line)
    assert main([*words, *extra, "--json"]) == 2
    assert says in last_object(capsys)["error"]["message"]
    assert not (tmp_path / "out").exists()


def test_hostile_ids_cannot_steer_the_terminal(words: list[str], tmp_path: Path, monkeypatch: Any) -> None:
    hostile = "a [bold red]x[/] :smile: \u202egnp.exe"
    title = "\x1b]0;owned\x07\x1b[2J \x9b31m \x08\x7f"
    write_suite(
        tmp_path,
        {"prompt": "one", "id": hostile.replace("\u202e", ""), "title": title},
        {"prompt": "x" * CONTEXT, "title": title},
    )
    errors, results = Terminal(), Terminal()
    monkeypatch.setattr("sys.stderr", errors)
    from griffin_core.cli.parser import build_parser

    arguments = build_parser().parse_args(words)
    assert command.run(arguments, Output(stream=results, as_json=False)) == 1
    for stream in (errors, results):
        assert not STEERS.search(without_colour(stream.getvalue()).replace("\n", ""))
    assert "[bold red]x[/]" in errors.getvalue()


def test_the_bar_is_drawn_by_no_thread_of_its_own(monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    with SessionProgress(3) as screen:
        assert screen._bar is not None
        assert not screen._bar.live.auto_refresh
