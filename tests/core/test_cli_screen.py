"""What a reader sees: columns, the closing table, the outcome in words, and no text that steers the terminal."""

import io
import re

import pytest
from rich.console import Console

from griffin_core.cli.output import Output, Progress, visible
from griffin_core.cli.report import write_report
from griffin_core.cli.screen import PARTED, LiveLanes, side_by_side
from griffin_core.events import LaneFacts
from griffin_core.metrics import RunTally
from griffin_core.outcome import rows, sentences
from tests.core.scripted_run import DENSE, PRUNED, scripted_run

HOSTILE = "\x1b]0;owned\x07\x1b[2J [bold red]x[/] :smile: \x9b31m \u202egnp.exe \r \x08\x7f"
STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Answers = list[tuple[LaneFacts, tuple[str, ...], float]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def same_terminal_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def tally_of(answers: Answers | None = None, **changes: object) -> RunTally:
    tally = RunTally()
    events = scripted_run(**changes) if answers is None else scripted_run(answers, **changes)  # type: ignore[arg-type]
    for event in events:
        tally.add(event)
    return tally


def plain_report(tally: RunTally) -> str:
    stream = io.StringIO()
    write_report(tally, Output(stream=stream, as_json=False))
    return stream.getvalue()


def without_colour(text: str) -> str:
    """Without what rich itself writes: styles, cursor moves, line ends."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text)


def test_report_holds_answers_figures_and_outcome() -> None:
    report = plain_report(tally_of())
    for part in ("--- dense", " The sun rises late", "TTFT", "ITL p50", "byte roofline", "break-even", "32 of 64"):
        assert part in report
    assert "one run" in report
    assert "griffin:density=0.5 decoded 1.50× as fast as dense" in report


def test_report_in_a_file_has_no_colour_and_no_broken_lines() -> None:
    report = plain_report(tally_of([(DENSE, ("long " * 200,), 30.0)]))
    assert "\x1b" not in report
    assert "long " * 200 in report


def test_hostile_text_cannot_steer_the_terminal() -> None:
    answers: Answers = [(DENSE, ("a", HOSTILE), 30.0), (PRUNED, ("a", HOSTILE, "b"), 20.0)]
    stream = Terminal()
    tally = RunTally()
    with LiveLanes(stream) as screen:
        for event in scripted_run(answers):
            tally.add(event)
            screen.show(event, tally)
    write_report(tally, Output(stream=stream, as_json=False))
    shown = without_colour(stream.getvalue())
    assert not STEERS.search(shown.replace("\n", ""))
    assert "[bold red]x[/]" in shown
    assert ":smile:" in shown
    assert "␛]0;owned␇" in shown
    assert not STEERS.search(plain_report(tally))


@pytest.mark.parametrize("text", ["שלום", "👩‍🔬", "line\nbreak\tand tab", "naïve – ×"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_live_columns_show_lanes_side_by_side_and_leave_nothing_behind() -> None:
    stream = Terminal()
    tally = RunTally()
    with LiveLanes(stream) as screen:
        for event in scripted_run():
            tally.add(event)
            screen.show(event, tally)
    drawn = without_colour(stream.getvalue())
    assert "Reading the prompt: 0 of 24 tokens" in drawn
    assert re.search(r"─ dense ─.*─ griffin:density=0.5 ─", drawn)
    assert stream.getvalue().endswith("\x1b[2K")


def drawing(tally: RunTally, *, width: int, max_lines: int | None = None) -> list[str]:
    console = Console(file=io.StringIO(), width=width, record=True)
    console.print(side_by_side(tally.lanes(), console, max_lines=max_lines))
    return console.export_text().splitlines()


def test_first_difference_is_marked_in_the_text_and_below() -> None:
    drawn = "\n".join(drawing(tally_of(), width=100))
    assert f"The sun rises {PARTED}late" in drawn
    assert f"{PARTED} token 4 differs" in drawn
    assert f"{PARTED}early" not in drawn


def test_long_answers_show_their_end_within_the_given_lines() -> None:
    answers: Answers = [(facts, tuple(f"word{i} " for i in range(500)), 30.0) for facts in (DENSE, PRUNED)]
    drawn = drawing(tally_of(answers), width=80, max_lines=20)
    assert len(drawn) == 20
    assert "word499" in "".join(drawn)
    assert "word0 " not in "".join(drawn)


@pytest.mark.parametrize("width", [1, 20, 40, 59, 60, 120])
def test_four_lanes_fit_any_width(width: int) -> None:
    answers: Answers = [(DENSE, ("a b c",), 30.0)]
    answers += [(LaneFacts(**{**vars(PRUNED), "name": f"random:density=0.5#{n}"}), ("x",), 20.0) for n in (2, 3, 4)]
    assert all(len(line) <= width for line in drawing(tally_of(answers), width=width))


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(DENSE, ("a", "b", "c"), 20.0), (PRUNED, ("a", "b", "c"), 30.0)], "no speed-up in this run"),
        ([(DENSE, ("a", "b", "c"), 20.0), (PRUNED, ("a", "b", "c"), 20.01)], "no clear speed-up"),
        ([(DENSE, ("a", "b"), 20.0), (PRUNED, ("a",), 20.0)], "at least two tokens in both lanes"),
        ([(PRUNED, ("a", "b"), 20.0)], "nothing to compare with"),
        (
            [(DENSE, ("a", "b"), 21.0), (LaneFacts(**{**vars(PRUNED), "effective_density": 1.0}), ("a", "b"), 20.0)],
            "noise",
        ),
    ],
)
def test_no_speed_up_is_said_in_words(answers: Answers, said: str) -> None:
    assert any(said in sentence for sentence in sentences(tally_of(answers).lanes()))


def test_a_whole_answer_that_took_longer_is_said_in_words() -> None:
    told = sentences(tally_of(selection_ms=500.0).lanes())
    assert any("took longer than the full model's" in sentence for sentence in told)


def test_an_answer_that_ends_at_once_is_explained() -> None:
    told = sentences(tally_of([(DENSE, ("",), 20.0)], finish_reason="eos").lanes())
    assert any("dense ended at once" in sentence and "--ignore-eos" in sentence for sentence in told)


def test_progress_off_a_terminal_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    for share in (None, 0.1, 0.2):
        progress("loading tiny", share)
    progress.clear()
    assert capsys.readouterr().err == "loading tiny\n"


def test_progress_on_a_terminal_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    progress = Progress()
    progress("loading tiny", 0.5)
    progress.clear()
    assert "loading tiny 50%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_lane_that_is_compared_with_nothing_has_dashes_in_all_comparisons() -> None:
    lane = tally_of().lanes()[1]
    compared, alone = rows(lane, compared=True), rows(lane, compared=False)
    assert list(alone) == list(compared)
    assert {name for name in alone if alone[name] != compared[name]} == {
        "decode speed-up, one run (95 %)",
        "byte roofline",
        "end-to-end speed-up",
        "break-even tokens",
        "matching prefix",
    }
