"""`eval --prompts FILE` on a tiny random model in a folder: the object, tables, exit codes, interruption."""

import json
from pathlib import Path
from typing import Any

import pytest

from griffin_core.cli import eval as command
from griffin_core.cli.eval_screen import EvaluationProgress
from griffin_core.cli.output import Output
from griffin_core.cli.program import main
from griffin_core.errors import DeviceError
from griffin_core.evaluating import generating, running
from griffin_core.evaluating.teacher_forcing import read_forced
from griffin_core.racing import start_race
from tests.core.test_cli_screen import STEERS, Terminal, same_terminal_everywhere, without_colour
from tests.tiny_models import CONTEXT, save_tiny

__all__ = ["same_terminal_everywhere"]  # a fixture that counts here, too

LANES = ("dense", "griffin:density=0.5", "magnitude:density=0.5")
LANE_KEYS = {
    *("name", "kl_mean", "kl_median", "kl_p95", "kl_ci95", "top1", "fdt_mean", "sdt", "rouge_l", "ff_bytes_share"),
    *("selection_ms", "tpot_ms"),
}
MORE_KEYS = {
    *("top1_ci95", "undiverged", "full_logprob", "full_perplexity", "rouge", "judged", "tokens", "kl_by_position"),
    "against_first",
}
TIMES = ("selection_ms", "tpot_ms")

Spoken = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture
def words(model: str, tmp_path: Path) -> list[str]:
    """The command for three prompts and three lanes."""
    chat = {"messages": [{"role": "user", "content": "two"}]}
    write_prompts(tmp_path, {"prompt": "one of them", "reference": "a"}, chat, {"prompt": "three of them"})
    options = ["--model", model, "--device", "cpu", "--dtype", "float32", "--max-new-tokens", "6"]
    return ["eval", "--prompts", str(tmp_path / "prompts.jsonl"), *options, *lane_words(*LANES)]


def lane_words(*lanes: str) -> list[str]:
    return [word for lane in lanes for word in ("--lane", lane)]


def write_prompts(folder: Path, *prompts: object) -> None:
    (folder / "prompts.jsonl").write_text("\n".join(map(json.dumps, prompts)), encoding="utf-8")


def last_object(capsys: Spoken) -> dict[str, Any]:
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def untimed(values: dict[str, Any]) -> dict[str, Any]:
    """The same without what a clock says."""
    lanes = [{key: value for key, value in lane.items() if key not in TIMES} for lane in values["lanes"]]
    for lane in lanes:
        lane["against_first"] = {key: value for key, value in lane["against_first"].items() if key not in TIMES}
    return values | {"lanes": lanes}


def interrupting(monkeypatch: pytest.MonkeyPatch, *, at: int) -> list[Any]:
    """The race of prompt `at` is interrupted, once. Returns a list of the races begun."""
    started: list[Any] = []

    def race(*arguments: Any) -> Any:
        started.append(arguments)
        if len(started) == at:
            raise KeyboardInterrupt
        return start_race(*arguments)

    monkeypatch.setattr(generating, "start_race", race)
    return started


def test_the_last_line_is_the_promised_object(words: list[str], capsys: Spoken) -> None:
    assert main([*words, "--json"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    values = json.loads(out)
    assert set(values) == {"model", "device", "dtype", "prompts", "lanes"}
    assert (values["device"], values["dtype"], values["prompts"]) == ("cpu", "float32", 3)
    assert [lane["name"] for lane in values["lanes"]] == list(LANES)
    for lane in values["lanes"]:
        assert set(lane) == LANE_KEYS | MORE_KEYS
        assert lane["rouge_l"] is None or lane["rouge"].startswith("rouge-score ")
        assert lane["tpot_ms"] > 0
        assert lane["kl_ci95"][0] <= lane["kl_mean"] <= lane["kl_ci95"][1]
    dense, griffin, magnitude = values["lanes"]
    assert (dense["kl_mean"], dense["top1"], dense["sdt"], dense["ff_bytes_share"]) == (0.0, 1.0, 0.0, 1.0)
    assert dense["selection_ms"] == 0.0
    for lane in (griffin, magnitude):
        assert lane["kl_mean"] > 0.01
        assert lane["ff_bytes_share"] == 0.5
        assert lane["selection_ms"] > 0
        assert lane["top1"] + lane["sdt"] == pytest.approx(1.0)
        assert lane["against_first"]["kl"]["difference"] == pytest.approx(lane["kl_mean"])


def test_documented_keys_are_the_keys_there_are() -> None:
    document = (Path(__file__).parents[2] / "docs" / "EVALUATION.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in document for key in LANE_KEYS | MORE_KEYS)


def test_lanes_come_in_the_order_given_whatever_their_number(words: list[str], capsys: Spoken) -> None:
    more = ["griffin:density=0.25", "random:density=0.5", "griffin:density=0.5,experts=shuffled"]
    given = [LANES[1], *more, "dense", LANES[2]]
    assert main([*words[:-6], *lane_words(*given), "--json"]) == 0
    values = last_object(capsys)
    assert [lane["name"] for lane in values["lanes"]] == given
    assert values["lanes"][4]["kl_mean"] == 0.0
    assert main([*words, "--json"]) == 0
    fewer = {lane["name"]: lane["kl_by_position"] for lane in last_object(capsys)["lanes"]}
    for lane in values["lanes"]:
        if lane["name"] in fewer:
            assert lane["kl_by_position"] == pytest.approx(fewer[lane["name"]], abs=1e-5)


def test_no_dense_lane_is_needed(words: list[str], capsys: Spoken) -> None:
    assert main([*words[:-6], *lane_words(LANES[1]), "--json"]) == 0
    (lane,) = last_object(capsys)["lanes"]
    assert lane["kl_mean"] > 0.01


def test_in_words_it_ends_with_tables_and_the_place_of_the_report(
    words: list[str], tmp_path: Path, capsys: Spoken
) -> None:
    report = tmp_path / "report.html"
    assert main([*words, "--html", str(report)]) == 0
    told = capsys.readouterr()
    for part in ("KL, mean", "forced agreement", "against dense", "griffin:density=0.5", "ROUGE-L"):
        assert part in told.out
    assert told.out.endswith(f"{report}\n")
    assert "[1/3] line 1: dense KL 0.000; griffin:density=0.5 KL" in told.err
    assert "three of them" in report.read_text(encoding="utf-8")


def test_an_interrupted_run_that_is_resumed_equals_one_that_was_not(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    assert main([*words, "--json"]) == 0
    whole = last_object(capsys)
    out = tmp_path / "out.jsonl"
    started = interrupting(monkeypatch, at=2)
    assert main([*words, "--out", str(out), "--json"]) == 130
    told = capsys.readouterr()
    assert json.loads(told.out.splitlines()[-1])["error"]["type"] == "Interrupted"
    assert f"1 of 3\N{NO-BREAK SPACE}prompts done, kept in {out}. The same command goes on from here." in told.err
    assert main([*words, "--out", str(out), "--json"]) == 0
    told = capsys.readouterr()
    assert len(started) == 4  # one, the interrupted one, and two more
    assert f"1 of 3\N{NO-BREAK SPACE}prompts are in {out}." in told.err
    assert untimed(json.loads(told.out.splitlines()[-1])) == untimed(whole)
    assert main([*words, "--out", str(out), "--json"]) == 0
    assert len(started) == 4  # nothing was left to do


def test_without_a_file_an_interruption_says_how_to_keep_results(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    interrupting(monkeypatch, at=2)
    assert main(words) == 130
    assert "1 of 3\N{NO-BREAK SPACE}prompts done, none kept: give --out FILE" in capsys.readouterr().err


def test_a_file_of_another_evaluation_is_refused(words: list[str], tmp_path: Path, capsys: Spoken) -> None:
    out = str(tmp_path / "out.jsonl")
    assert main([*words, "--out", out]) == 0
    assert main([*words, "--out", out, "--max-new-tokens", "7", "--json"]) == 2
    assert "its max_new_tokens is 6, here it is 7" in last_object(capsys)["error"]["message"]


def test_a_failure_keeps_what_was_done(words: list[str], tmp_path: Path, monkeypatch: Any, capsys: Spoken) -> None:
    read: list[None] = []

    def breaks(*arguments: Any) -> Any:
        read.append(None)
        if len(read) == 2:
            raise DeviceError("the device failed.")
        return read_forced(*arguments)

    monkeypatch.setattr(running, "read_forced", breaks)
    assert main([*words, "--out", str(tmp_path / "out.jsonl"), "--json"]) == 1
    assert last_object(capsys)["error"]["type"] == "DeviceError"
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "extra", "says"),
    [
        ({"prompt": ""}, [], "line 2 of the suite"),
        ({"prompt": "b"}, ["--lane", "osmosis"], "osmosis"),
        ({"prompt": "b"}, ["--lane", "dense"], "given twice"),
        ({"prompt": "b"}, ["--max-new-tokens", "1"], "max_new_tokens"),
        ({"prompt": "b"}, ["--stop", ""], "stop string"),
        ({"prompt": "b"}, ["--html", "no/such/folder/report.html"], "in a folder that is not there"),
        ({"prompt": "b"}, ["--html", "/"], "is a folder"),
        ({"prompt": "b"}, ["--out", "a.html", "--html", "./a.html"], "would replace the prompts or the results"),
    ],
)
def test_everything_is_checked_before_the_model_loads(
    line: object, extra: list[str], says: str, words: list[str], tmp_path: Path, monkeypatch: Any, capsys: Spoken
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing may load")

    monkeypatch.setattr(command, "load", refuse)
    write_prompts(tmp_path, {"prompt": "a"}, line)
    assert main([*words, *extra, "--json"]) == 2
    assert says in last_object(capsys)["error"]["message"]


def test_a_prompt_too_long_for_the_model_is_refused_before_any_is_run(
    words: list[str], tmp_path: Path, capsys: Spoken
) -> None:
    write_prompts(tmp_path, {"prompt": "a"}, {"prompt": "x" * CONTEXT})
    out = tmp_path / "out.jsonl"
    assert main([*words, "--out", str(out), "--json"]) == 2
    assert last_object(capsys)["error"]["message"].startswith("line 2 of the suite: the prompt is")
    assert not out.exists()


def test_hostile_texts_cannot_steer_the_terminal(words: list[str], tmp_path: Path, monkeypatch: Any) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J \x9b31m [bold red]x[/] \x08\x7f"
    write_prompts(tmp_path, {"prompt": hostile, "reference": hostile}, {"prompt": "x"})
    errors, results = Terminal(), Terminal()
    monkeypatch.setattr("sys.stderr", errors)
    from griffin_core.cli.parser import build_parser

    arguments = build_parser().parse_args([*words, "--html", str(tmp_path / "report.html")])
    assert command.run(arguments, Output(stream=results, as_json=False)) == 0
    for stream in (errors, results):
        assert not STEERS.search(without_colour(stream.getvalue()).replace("\n", ""))


def test_the_bar_is_drawn_by_no_thread_of_its_own(monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    with EvaluationProgress([], kept=0, out=None) as screen:
        assert screen._bar is not None
        assert not screen._bar.live.auto_refresh
