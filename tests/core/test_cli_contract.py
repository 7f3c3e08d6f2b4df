"""What programs may rely on: exit codes, streams, one JSON object. Runs are scripted; nothing is loaded."""

import io
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from griffin_core.cli import race
from griffin_core.cli.experts import encode_experts, read_experts
from griffin_core.cli.output import Output
from griffin_core.cli.parser import build_parser
from griffin_core.cli.program import main
from griffin_core.cli.request import read_prompt
from griffin_core.errors import OutOfMemoryError, PromptError, UnknownModelError
from griffin_core.events import Event, RunFailed
from griffin_core.metrics import RunTally
from griffin_core.prompts import encode_prompt
from tests.core.scripted_run import PRUNED, scripted_run
from tests.tiny_models import CONTEXT, tiny_loaded

LANE_KEYS = {
    *("name", "method", "density", "effective_density", "k", "token_ids", "text", "finish_reason", "prefill_ms"),
    *("selection_ms", "ttft_ms", "itl_ms_p50", "itl_ms_p95", "tpot_ms", "tokens_per_s", "speedup"),
    *("speedup_end_to_end", "break_even_tokens", "byte_roofline", "first_divergence", "matching_prefix", "held_bytes"),
}
RUN_KEYS = {"model", "revision", "device", "dtype", "versions", "seed", "prompt_tokens", "lanes"}

Spoken = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    runs(monkeypatch, scripted_run())


def runs(monkeypatch: pytest.MonkeyPatch, events: Iterator[Event]) -> None:
    monkeypatch.setattr(race, "open_race", lambda arguments, prompt, settings, experts: events)


def breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def start() -> Iterator[Event]:
        yield next(scripted_run())
        raise error

    runs(monkeypatch, start())


def last_object(capsys: Spoken) -> dict[str, Any]:
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def test_a_run_ends_in_one_object_with_every_promised_key(capsys: Spoken) -> None:
    assert main(["race", "hello", "--json"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    values = json.loads(out)
    assert set(values) == RUN_KEYS
    assert [lane["name"] for lane in values["lanes"]] == ["dense", "griffin:density=0.5"]
    assert all(set(lane) >= LANE_KEYS for lane in values["lanes"])
    assert values["lanes"][1]["first_divergence"] == 3
    assert values["lanes"][1]["matching_prefix"] == 2


def test_without_a_dense_lane_comparisons_are_null(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    runs(monkeypatch, scripted_run([(PRUNED, ("a", "b"), 20.0)]))
    assert main(["race", "hello", "--lane", "griffin", "--json"]) == 0
    lane = last_object(capsys)["lanes"][0]
    compared = ("speedup", "speedup_end_to_end", "break_even_tokens", "byte_roofline", "first_divergence")
    assert [lane[key] for key in compared] == [None] * len(compared)


def test_what_json_cannot_say_is_null() -> None:
    stream = io.StringIO()
    Output(stream=stream, as_json=True).write_object({"lanes": [{"tpot_ms": math.nan, "k": (1, math.inf)}]})
    assert json.loads(stream.getvalue()) == {"lanes": [{"tpot_ms": None, "k": [1, None]}]}


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["race", "hi", "--lane", "griffin:density=abc"], "abc"),
        (["race", "hi", "--lane", "griffin:density=0"], "0"),
        (["race", "hi", "--lane", "griffin:density=1.5"], "1.5"),
        (["race", "hi", "--lane", "griffin:colour=red"], "colour"),
        (["race", "hi", "--lane", "osmosis"], "osmosis"),
        (["race", "hi", *["--lane", "dense"] * 5], "5"),
        (["race", "hi", "--max-new-tokens", "0"], "0"),
        (["race", "hi", "--max-new-tokens", "many"], "many"),
        (["race", "hi", "--temperature", "nan"], "nan"),
        (["race", "hi", "--schedule", "fair"], "fair"),
        (["race", "hi", "--seed", "1.5"], "1.5"),
        (["race", "hi", "--stop", ""], "stop"),
        (["race", "hi", "--lane", "griffin:experts=A"], 'experts from "A"'),
        (["race", "hi", "--lane", "random:experts=shuffled"], "without reading any text"),
        (["race", "hi", "--experts", "Sort a list."], "NAME=TEXT"),
        (["race", "hi", "--experts", "2nd=Sort a list."], "'2nd'"),
        (["race", "hi", "--experts", "shuffled=Sort a list."], "shuffled"),
        (["race", "hi", "--experts", "A= "], "the text of --experts A is empty"),
        (["race", "hi", "--experts", "A=caf\udce9"], "UTF-8"),
        (["race", "hi", "--experts", "A=@no/such/file"], "no/such/file"),
        (["race", "hi", "--experts", "A=@no/such/file"], "write @@"),
        (["race", "hi", "--experts", "A=one"], "A is used by no lane, the lanes are dense, griffin:density=0.5. Add"),
        (["race", "hi", "--experts", "A=a", "--experts", "B=b", "--lane", "griffin:experts=A"], "B is used by no lane"),
        (["race", "hi", "--experts", "A=one", "--experts", "A=two"], "twice"),
        (["race", "hi", "--colour", "red"], "--colour"),
        (["race", "hi", "--max-new"], "--max-new"),
        (["race", "hi", "--system", "be brief", "--no-chat"], "--no-chat"),
        (["race", ""], "empty"),
        (["race", " \n"], "empty"),
        (["race", "caf\udce9"], "UTF-8"),
        (["race"], "PROMPT"),
        (["gallop"], "gallop"),
        ([], "COMMAND"),
    ],
)
def test_bad_input_is_refused_in_words(words: list[str], seen: str, capsys: Spoken) -> None:
    assert main([*words, "--json"]) == 2
    told = capsys.readouterr()
    error = json.loads(told.out.splitlines()[-1])["error"]
    assert error["type"] in ("SettingsError", "PromptError")
    assert seen in error["message"]
    assert "Traceback" not in told.err


def test_without_json_a_refusal_leaves_stdout_empty(capsys: Spoken) -> None:
    assert main(["race", "hi", "--max-new-tokens", "0"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: max_new_tokens must be")


def test_words_after_two_dashes_are_the_prompt(capsys: Spoken) -> None:
    assert main(["race", "--max-new-tokens", "4", "--", "--json"]) == 0
    assert capsys.readouterr().out.startswith("--- dense")


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (UnknownModelError("no model called nowhere/nothing."), "UnknownModelError", 2),
        (OutOfMemoryError("out of memory."), "OutOfMemoryError", 1),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError", 1),
        (KeyboardInterrupt(), "Interrupted", 130),
    ],
)
def test_a_failure_has_its_exit_code_and_its_object(
    error: BaseException, kind: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: Spoken
) -> None:
    breaks(monkeypatch, error)
    assert main(["race", "hello", "--json"]) == code
    values = last_object(capsys)
    assert values["error"]["type"] == kind
    assert values["error"]["message"]


def test_a_run_that_reports_its_failure_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    failed = RunFailed(t_s=0.0, type="OutOfMemoryError", message="out of memory.")
    runs(monkeypatch, (event for event in [failed]))
    assert main(["race", "hello", "--json"]) == 1
    assert last_object(capsys)["error"]["message"] == "out of memory."


def test_an_interrupted_run_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    def start() -> Iterator[Event]:
        try:
            yield from scripted_run()
        finally:
            closed.append(True)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    runs(monkeypatch, start())
    monkeypatch.setattr(RunTally, "add", interrupted)
    assert main(["race", "hello"]) == 130
    assert closed == [True]


def test_a_library_that_prints_does_not_reach_the_results(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    def chatty() -> Iterator[Event]:
        print("loading weights")  # noqa: T201
        yield from scripted_run()

    runs(monkeypatch, chatty())
    assert main(["race", "hello", "--json"]) == 0
    told = capsys.readouterr()
    assert "loading weights" in told.err
    assert "loading weights" not in told.out


@pytest.mark.parametrize(
    ("typed", "prompt"),
    [(b"two\nlines\n", "two\nlines"), ("naïve 👩‍🔬".encode(), "naïve 👩‍🔬"), (b"dos\r\n", "dos")],
)
def test_dash_reads_the_prompt_from_standard_input(typed: bytes, prompt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed)))
    assert read_prompt("-") == prompt


def test_standard_input_that_is_not_text_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00")))
    assert main(["race", "-", "--json"]) == 2
    assert last_object(capsys)["error"]["type"] == "PromptError"


def test_experts_are_texts_or_files_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes("naïve = 1\r\n".encode())
    given = ["A=1 + 1 = 2", f"B=@{tmp_path / 'b.txt'}"]
    assert read_experts(given) == {"A": "1 + 1 = 2", "B": "naïve = 1"}


def test_a_text_of_experts_may_begin_with_an_at_sign() -> None:
    assert read_experts(["A=@@home", "B=@@", "C=a@b", "D=@@@twice"]) == {
        "A": "@home",
        "B": "@",
        "C": "a@b",
        "D": "@@twice",
    }


def test_file_of_experts_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PromptError, match="is not UTF-8 text"):
        read_experts([f"B=@{tmp_path / 'b.txt'}"])


def test_experts_are_encoded_like_the_prompt() -> None:
    loaded = tiny_loaded("llama")
    arguments = build_parser().parse_args(["race", "hello", "--system", "be brief"])
    (source,) = encode_experts(loaded, {"A": "hello"}, arguments)
    assert source.token_ids == tuple(encode_prompt(loaded, "hello", system="be brief")[0].tolist())
    with pytest.raises(PromptError, match="--experts A: .* tokens long"):
        encode_experts(loaded, {"A": "x" * CONTEXT}, arguments)


def test_experts_given_reach_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, str]] = []

    def open_race(arguments: object, prompt: str, settings: object, experts: Mapping[str, str]) -> Iterator[Event]:
        seen.append(experts)
        return scripted_run()

    monkeypatch.setattr(race, "open_race", open_race)
    assert main(["race", "hi", "--experts", "A=one", "--lane", "griffin:experts=A", "--json"]) == 0
    assert seen == [{"A": "one"}]
