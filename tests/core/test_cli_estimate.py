"""`estimate` on the command line: where the bandwidth comes from, the check against measured rows, refusals."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from griffin_core.cli import epilogs, estimate
from griffin_core.cli.program import main
from griffin_core.estimating import BANDWIDTHS, SHAPES

Spoken = pytest.CaptureFixture[str]
KEYS = [
    *("shape", "dtype", "bandwidth_gb_s", "bandwidth_source", "share_of_bandwidth", "fixed_ms", "estimate", "check"),
]
ROW = {
    "density": 0.5,
    "prompt_tokens": 500,
    "new_tokens": 64,
    "dense_tpot_ms": 12.0,
    "pruned_tpot_ms": 9.0,
    "speedup": 1.33,
    "byte_roofline": 1.4,
    "dtype": "bfloat16",
    "prefill_ms": 100.0,
    "selection_ms": 20.0,
}


def last_object(capsys: Spoken) -> dict[str, Any]:
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def plain(capsys: Spoken) -> str:
    return capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")


def written(folder: Path, text: str) -> str:
    path = folder / "decode_rows.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def rows_file(folder: Path, *rows: dict[str, Any]) -> str:
    """As the benchmark leaves it: words first, the object last."""
    return written(folder, "density 0.5: dense 12.0 ms\n" + json.dumps({"rows": rows}) + "\n")


def test_an_estimate_ends_in_one_object_with_every_promised_key(capsys: Spoken) -> None:
    words = ["--shape", "llama-2-13b", "--density", "0.5", "--prompt-tokens", "1000", "--new-tokens", "128"]
    assert main(["estimate", *words, "--dtype", "bfloat16", "--device-name", "H100 SXM", "--json"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    values = json.loads(out)
    assert list(values) == KEYS
    assert (values["bandwidth_gb_s"], values["bandwidth_source"]) == (3350, "published for H100 SXM")
    found = values["estimate"]
    # 12.85 thousand million weights, 40 layers · 2 · 40 · 128 numbers a position, 1,064 positions in the mean step.
    expected_ms = (12_851_609_600 * 2 + 40 * 10_240 * 2 * 1_064) / (3350e6 * 0.7) + 0.5
    assert found["dense_tpot_ms"] == pytest.approx(expected_ms, rel=1e-9)
    assert 1.4 < found["speedup"] < found["byte_roofline"] < 1.49
    assert (found["break_even_tokens"], found["pays"], values["check"]) == (None, None, None)


def test_options_reach_the_estimate(capsys: Spoken) -> None:
    words = ["--bandwidth", "50", "--share", "1", "--fixed-ms", "0", "--prefill-ms", "100", "--density", "0.25"]
    assert main(["estimate", *words, "--dtype", "float32", "--json"]) == 0
    values = last_object(capsys)
    assert (values["bandwidth_source"], values["share_of_bandwidth"], values["fixed_ms"]) == ("given", 1.0, 0.0)
    found = values["estimate"]
    assert found["speedup"] == pytest.approx(found["byte_roofline"])
    assert (found["density"], found["kept"], found["pays"]) == (0.25, 384, True)


def test_a_measured_bandwidth_is_reached_nearly_whole(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    monkeypatch.setattr(estimate, "measured", lambda device: (20.0, f"measured on {device}"))
    assert main(["estimate", "--measure", "--device", "cpu", "--json"]) == 0
    values = last_object(capsys)
    assert (values["bandwidth_gb_s"], values["share_of_bandwidth"]) == (20.0, 0.9)
    assert values["bandwidth_source"] == "measured on cpu"


def test_this_machine_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("griffin_core.bandwidth.CPU_BUFFER_BYTES", 2**20)
    bandwidth_gb_s, source = estimate.measured("cpu")
    assert bandwidth_gb_s > 0
    assert "thread" in source


def test_measured_rows_are_held_against_the_estimate(tmp_path: Path, capsys: Spoken) -> None:
    file = rows_file(tmp_path, ROW, {**ROW, "density": 0.25, "prompt_tokens": 10})
    words = ["--bandwidth", "30", "--share", "1", "--fixed-ms", "0"]
    assert main(["estimate", *words, "--check", file, "--json"]) == 0
    first, second = last_object(capsys)["check"]["rows"]
    assert (first["density"], second["density"], second["prompt_tokens"]) == (0.5, 0.25, 10)
    figures = {figure["name"]: figure for figure in first["figures"]}
    # Weights and, at 532 positions in the mean step, the cache, all in bfloat16.
    expected_ms = (134_479_872 * 2 + 30 * 384 * 2 * 532) / 30e6
    assert figures["dense_tpot_ms"]["predicted"] == pytest.approx(expected_ms)
    assert figures["dense_tpot_ms"]["error"] == pytest.approx(expected_ms / 12 - 1)
    assert figures["byte_roofline"]["error"] == pytest.approx(0, abs=0.01)
    assert set(figures) == {"dense_tpot_ms", "pruned_tpot_ms", "speedup", "byte_roofline", "selection_ms"}


def test_what_the_check_found_to_explain_the_rows_explains_them(tmp_path: Path, capsys: Spoken) -> None:
    words = ["estimate", "--bandwidth", "25", "--share", "1", "--fixed-ms", "3", "--json"]
    assert main(words) == 0
    found = last_object(capsys)["estimate"]
    row = {**ROW, **{name: found[name] for name in ("dense_tpot_ms", "pruned_tpot_ms", "speedup", "byte_roofline")}}
    assert main([*words, "--bandwidth", "99", "--check", rows_file(tmp_path, row)]) == 0
    fit = last_object(capsys)["check"]["fit"]
    assert (fit["bandwidth_gb_s"], fit["fixed_ms"]) == (pytest.approx(25), pytest.approx(3))


def test_rows_where_fewer_bytes_took_longer_are_explained_by_no_bandwidth(tmp_path: Path, capsys: Spoken) -> None:
    file = rows_file(tmp_path, {**ROW, "pruned_tpot_ms": 20.0})
    assert main(["estimate", "--bandwidth", "30", "--check", file, "--json"]) == 0
    assert last_object(capsys)["check"]["fit"] is None
    assert main(["estimate", "--bandwidth", "30", "--check", file]) == 0
    assert "no bandwidth explains them" in plain(capsys)


def test_a_reader_gets_sentences_and_a_table(tmp_path: Path, capsys: Spoken) -> None:
    words = ["--bandwidth", "30", "--prefill-ms", "100", "--check", rows_file(tmp_path, ROW)]
    assert main(["estimate", *words]) == 0
    said = plain(capsys)
    assert "SmolLM2 135M · bfloat16 · prompt of 500 tokens, answer of 64 tokens" in said
    assert "30.0 GB/s (given), 70 % of it reached, and 0.50 ms a step" in said
    assert "byte roofline 1.39×" in said
    assert "estimated, not measured" in said
    assert "paid back after" in said
    (line,) = [line for line in said.splitlines() if "TPOT, full model" in line]
    assert "1: density 50 %, 500 + 64" in line
    assert "13.9 ms" in line
    assert "12.0 ms" in line
    assert line.rstrip().endswith("+15.8 %")


def test_break_even_is_told_in_words_for_every_case(capsys: Spoken) -> None:
    for words, said in (
        ([], "Give it with --prefill-ms"),
        (["--density", "1"], "It never pays"),
        (["--prefill-ms", "100", "--new-tokens", "2"], "this answer is too short"),
        (["--prefill-ms", "100", "--new-tokens", "500"], "this answer is long enough"),
    ):
        assert main(["estimate", "--bandwidth", "30", *words]) == 0
        assert said in plain(capsys)


def test_help_names_every_shape_and_every_device() -> None:
    for name in (*(shape.name for shape in SHAPES), *(device.name for device in BANDWIDTHS)):
        assert name in epilogs.ESTIMATE


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ([], "--bandwidth --device-name --measure is required"),
        (["--bandwidth", "9", "--measure"], "not allowed with argument"),
        (["--bandwidth", "fast"], "bandwidth must be a finite number, got 'fast'"),
        (["--bandwidth", "0"], "bandwidth must be at least 0.001"),
        (["--bandwidth", "9", "--shape", "llama-9"], '"llama-9"'),
        (["--bandwidth", "9", "--density", "1.5"], "density must be above 0 and at most 1, got 1.5"),
        (["--bandwidth", "9", "--dtype", "int4"], 'got "int4"'),
        (["--bandwidth", "9", "--prompt-tokens", "few"], "few"),
        (["--bandwidth", "9", "--new-tokens", "1"], "new_tokens must be between 2"),
        (["--bandwidth", "9", "--share", "2"], "share of the bandwidth must be above 0 and at most 1, got 2"),
        (["--bandwidth", "9", "--fixed-ms", "-1"], "fixed_ms must be between 0"),
        (["--bandwidth", "9", "--prefill-ms", "nan"], "prefill_ms must be a finite number"),
        (["--bandwidth", "9", "--device", "cpu"], "Add --measure"),
        (["--device-name", "abacus"], '"abacus"'),
        (["--measure", "--new-tokens", "1"], "new_tokens"),
        (["--bandwidth", "9", "--check", "no/such/file"], "no/such/file is not a file"),
    ],
)
def test_bad_input_is_refused_in_words(words: list[str], seen: str, capsys: Spoken) -> None:
    assert main(["estimate", *words, "--json"]) == 2
    error = last_object(capsys)["error"]
    assert error["type"] in ("SettingsError", "InputError")
    assert seen in error["message"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", "does not end in a line of JSON"),
        ("density 0.5: dense 12.0 ms", "ends in 'density 0.5"),
        ("[1, 2]", 'no object with a list of "rows", it is [1, 2]'),
        ('{"rows": 3}', 'no object with a list of "rows"'),
        ('{"rows": []}', "has no rows"),
        ('{"rows": [3]}', "row 1 of"),
        (json.dumps({"rows": [{"density": 0.5}]}), "lacks prompt_tokens, new_tokens, dtype"),
        (json.dumps({"rows": [ROW, {**ROW, "dtype": "int4"}]}), "row 2 of"),
        (json.dumps({"rows": [{**ROW, "density": 0}]}), "density must be above 0"),
        (json.dumps({"rows": [{**ROW, "byte_roofline": math.nan}]}), "byte_roofline must be a finite number"),
        (json.dumps({"rows": [{**ROW, "speedup": -1}]}), "speedup must be above 0"),
        (json.dumps({"rows": [{**ROW, "pruned_tpot_ms": 0}]}), "pruned_tpot_ms must be above 0"),
        (json.dumps({"rows": [{**ROW, "prefill_ms": -1}]}), "prefill_ms must not be below 0"),
        ("[" * 100_000, "does not end in a line of JSON"),
    ],
)
def test_files_without_rows_are_refused_in_words(text: str, seen: str, tmp_path: Path, capsys: Spoken) -> None:
    assert main(["estimate", "--bandwidth", "9", "--check", written(tmp_path, text), "--json"]) == 2
    error = last_object(capsys)["error"]
    assert error["type"] == "InputError"
    assert seen in error["message"]
    assert "\n" not in error["message"]


def test_rows_written_over_several_lines_are_read(tmp_path: Path, capsys: Spoken) -> None:
    file = written(tmp_path, "\ufeff" + json.dumps({"rows": [ROW]}, indent=2))  # as some editors begin a file
    assert main(["estimate", "--bandwidth", "9", "--check", file, "--json"]) == 0
    assert len(last_object(capsys)["check"]["rows"]) == 1
