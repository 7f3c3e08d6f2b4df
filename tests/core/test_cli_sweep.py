"""`sweep` on the command line: which lanes are asked for, the table that grows, the object for programs."""

import dataclasses
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from griffin_core.cli import sweep
from griffin_core.cli.output import Output
from griffin_core.cli.parser import build_parser
from griffin_core.cli.program import main
from griffin_core.cli.sweep_table import LiveTable, doing, sentences, write_points
from griffin_core.errors import OutOfMemoryError
from griffin_core.events import Event, RunFailed, SweepPoint
from griffin_core.inspection.sweep_tally import SweepTally
from griffin_core.settings import MAX_SWEEP_LANES, SWEPT_DENSITIES, SweepSettings
from tests.core.scripted_sweep import POINTS, scripted_sweep
from tests.tiny_models import save_tiny

Spoken = pytest.CaptureFixture[str]
SWEEP_KEYS = [
    *("model", "revision", "device", "dtype", "versions", "seed"),
    *("prompt_tokens", "new_tokens", "timed_tokens", "points"),
]
POINT_KEYS = {field.name for field in dataclasses.fields(SweepPoint)} - {"t_s", "lane"} | {"name", "pareto"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def scripted(monkeypatch: pytest.MonkeyPatch, events: Iterator[Event]) -> None:
    monkeypatch.setattr(sweep, "open_sweep", lambda arguments, prompt, settings: events)


def settings_of(*words: str) -> SweepSettings:
    return sweep.read_settings(build_parser().parse_args(["sweep", "hello", *words]))


def names_of(*words: str) -> list[str]:
    return [lane.name for lane in settings_of(*words).lanes]


def tally_of(events: Iterator[Event]) -> SweepTally:
    tally = SweepTally()
    for event in events:
        tally.add(event)
    return tally


def last_object(capsys: Spoken) -> dict[str, Any]:
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def test_a_sweep_ends_in_one_object_with_every_promised_key(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    scripted(monkeypatch, scripted_sweep())
    assert main(["sweep", "hello", "--json"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    values = json.loads(out)
    assert list(values) == SWEEP_KEYS
    assert (values["model"], values["prompt_tokens"], values["new_tokens"]) == ("tiny", 24, 5)
    assert [set(point) for point in values["points"]] == [POINT_KEYS] * 3
    assert [(point["name"], point["pareto"]) for point in values["points"]] == [
        ("griffin:density=0.75", True),
        ("griffin:density=0.5", True),
        ("random:density=0.75", False),
    ]


def test_a_real_sweep_of_a_folder_is_measured(tmp_path: Any, capsys: Spoken) -> None:
    folder = save_tiny(tmp_path / "tiny")
    words = ["--density", "1.0", "0.5", "--new-tokens", "4", "--timed-tokens", "2", "--json"]
    assert main(["sweep", "hello", "--model", str(folder), "--device", "cpu", "--dtype", "float32", *words]) == 0
    whole, half = last_object(capsys)["points"]
    assert whole["kl"] == pytest.approx(0.0, abs=1e-5)
    assert (half["ff_bytes_share"], half["pareto"]) == (0.5, True)
    assert (whole["k"], half["k"]) == ([44] * 3, [22] * 3)
    assert half["tpot_ms"] > 0


def test_methods_are_crossed_with_densities_and_lanes_come_after() -> None:
    assert names_of() == [f"griffin:density={density}" for density in SWEPT_DENSITIES]
    assert names_of("--density", "0.5", "0.25", "--density", "0.1") == [
        *("griffin:density=0.5", "griffin:density=0.25", "griffin:density=0.1"),
    ]
    assert names_of("--method", "random", "magnitude", "--density", "0.5", "--lane", "griffin:density=0.9") == [
        *("random:density=0.5", "magnitude:density=0.5", "griffin:density=0.9"),
    ]
    assert names_of("--method", "random")[0] == "random:density=0.9"
    assert names_of("--lane", "random:density=0.5,seed=3") == ["random:density=0.5,seed=3"]


def test_numbers_reach_the_settings() -> None:
    settings = settings_of("--new-tokens", "9", "--timed-tokens", "0", "--seed", "4", "--prefill-chunk", "7")
    numbers = (settings.new_tokens, settings.timed_tokens, settings.seed, settings.prefill_chunk)
    assert numbers == (9, 0, 4, 7)


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["hi", "--density", "1.5"], "density must be above 0 and at most 1, got 1.5"),
        (["hi", "--density", "abc"], "abc"),
        (["hi", "--density", *["0.5"] * 100], f"at most {MAX_SWEEP_LANES} points, got 100"),
        (["hi", "--method", "osmosis"], "osmosis"),
        (["hi", "--method", "dense"], "dense"),
        (["hi", "--lane", "dense"], "the lane dense"),
        (["hi", "--lane", "griffin:experts=shuffled"], "experts=shuffled"),
        (["hi", "--new-tokens", "1"], "new_tokens must be between 2"),
        (["hi", "--timed-tokens", "few"], "few"),
        (["hi", "--system", "be brief", "--no-chat"], "--no-chat"),
        (["", "--density", "0.5"], "empty"),
        (["--density", "0.5", "hi"], "PROMPT"),
    ],
)
def test_bad_input_is_refused_in_words(words: list[str], seen: str, capsys: Spoken) -> None:
    assert main(["sweep", *words, "--json"]) == 2
    error = last_object(capsys)["error"]
    assert error["type"] in ("SettingsError", "PromptError")
    assert seen in error["message"]


def test_dash_reads_the_prompt_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = []

    def open_sweep(arguments: object, prompt: str, settings: object) -> Iterator[Event]:
        prompts.append(prompt)
        return scripted_sweep()

    monkeypatch.setattr(sweep, "open_sweep", open_sweep)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"from a file\n")))
    assert main(["sweep", "-", "--json"]) == 0
    assert prompts == ["from a file"]


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (OutOfMemoryError("out of memory."), "OutOfMemoryError", 1),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError", 1),
        (KeyboardInterrupt(), "Interrupted", 130),
    ],
)
def test_a_failure_has_its_exit_code_and_its_object(
    error: BaseException, kind: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    def breaks() -> Iterator[Event]:
        yield next(scripted_sweep())
        raise error

    scripted(monkeypatch, breaks())
    assert main(["sweep", "hello", "--json"]) == code
    assert last_object(capsys)["error"]["type"] == kind


def test_a_sweep_that_reports_its_failure_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    failed = RunFailed(t_s=0.0, type="OutOfMemoryError", message="out of memory.")
    scripted(monkeypatch, (event for event in [failed]))
    assert main(["sweep", "hello", "--json"]) == 1
    assert last_object(capsys)["error"]["message"] == "out of memory."


def test_the_closing_table_marks_the_pareto_line_and_says_what_the_mark_means(
    monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    scripted(monkeypatch, scripted_sweep())
    assert main(["sweep", "hello"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [next(line for line in lines if lane in line) for lane, *_ in POINTS]
    assert [row.split()[0] == "*" for row in rows] == [True, True, False]
    assert all(
        part in rows[0]
        for part in (
            "75\N{NO-BREAK SPACE}%",
            "0.125",
            "26.1\N{NO-BREAK SPACE}ms",
            "1.15×\N{NO-BREAK SPACE}1.10–1.21",
            "1.50×",
        )
    )
    assert any(line.startswith("*: no other lane") and "Pareto" in line for line in lines)
    assert any("prompt of 24 tokens" in line for line in lines)


def test_rows_appear_on_a_terminal_as_they_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "140", "LINES": "40"}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    tally = SweepTally()
    drawn: list[tuple[int, int]] = []
    with LiveTable(terminal) as screen:
        for event in scripted_sweep():
            tally.add(event)
            before = len(terminal.getvalue())
            screen.show(event, tally)
            drawn += [(len(tally.points), len(set(re.findall(r"\w+:density=[\d.]+", terminal.getvalue()[before:]))))]
    assert drawn[-1] == (3, 3)
    assert {count for count, _ in drawn} == {0, 1, 2, 3}
    assert all(shown in (0, count) for count, shown in drawn)


def test_a_long_table_keeps_its_last_rows_on_a_small_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "12"}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    points = [(f"griffin:density=0.{number}", 0.5, 1.0, 1.2) for number in range(10, 42)]
    tally = tally_of(scripted_sweep(points))
    with LiveTable(terminal) as screen:
        screen.show(next(scripted_sweep()), tally)
        drawn = terminal.getvalue()
    shown = re.findall(r"density=0\.(\d+)", drawn)
    assert shown == [str(number) for number in range(42 - len(shown), 42)]
    assert 1 <= len(shown) < 10
    assert "decode by turns" in drawn


def test_what_is_being_done_is_said_in_words() -> None:
    tally = SweepTally()
    said = []
    for event in scripted_sweep():
        tally.add(event)
        said.append(doing(tally))
    assert said[:3] == [
        "Getting ready",
        "Reading the prompt: 24 of 24 tokens",
        "The full model writes its answer: 1 of 48 tokens",
    ]
    assert "Lane 2 of 3 and the full model decode by turns: 7 of 24 tokens" in said


def test_no_speed_up_and_no_timing_are_said_in_words() -> None:
    slow = sentences(tally_of(scripted_sweep([("griffin:density=0.5", 0.5, 1.0, 1.02)])))
    assert slow[-1] == "No lane was clearly faster than the full model in this run."
    untimed = tally_of(scripted_sweep([("griffin:density=0.5", 0.5, 1.0, None)]))
    assert sentences(untimed)[-1].startswith("No speed to compare")
    stream = io.StringIO()
    write_points(untimed, Output(stream=stream, as_json=False))
    assert "–" in next(line for line in stream.getvalue().splitlines() if "griffin:density=0.5" in line)
    assert sentences(tally_of(scripted_sweep()))[-1].endswith("One run.")


def test_a_row_fits_a_terminal_of_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    write_points(tally_of(scripted_sweep()), Output(stream=terminal, as_json=False))
    row = next(line for line in terminal.getvalue().splitlines() if "griffin:density=0.75" in line)
    assert all(part in row for part in ("0.125", "1.15×", "1.10–1.21", "1.50×"))


def test_a_small_loss_does_not_read_as_none() -> None:
    tally = tally_of(
        dataclasses.replace(event, top1=2499 / 2500) if isinstance(event, SweepPoint) else event
        for event in scripted_sweep([("griffin:density=0.9", 0.9, 0.0004, 1.1), ("griffin:density=1.0", 1.0, 0.0, 1.0)])
    )
    stream = io.StringIO()
    write_points(tally, Output(stream=stream, as_json=False))
    small, none = (line for line in stream.getvalue().splitlines() if "griffin:density" in line)
    assert "99.9\N{NO-BREAK SPACE}%" in small
    assert "<0.001" in small
    assert "0.000" in none
