"""The benchmarks run and add up; the figures themselves are for people to read and are never asserted."""

import json
import math

import pytest

from benchmarks import decode, pairing
from griffin_core.events import TokenEmitted
from tests.core.scripted_run import DENSE, scripted_run
from tests.tiny_models import save_tiny


def test_runs_advance_by_turns_a_block_each_in_abba_order():
    played = []

    def run(name, itl_ms):
        for event in scripted_run([(DENSE, [" word"] * 3 * pairing.BLOCK_TOKENS, itl_ms)]):
            if isinstance(event, TokenEmitted):
                played.append(name)
            yield event

    _, (a, b) = pairing.by_turns(run("a", 1.0), run("b", 2.0))
    assert "".join(played[:: pairing.BLOCK_TOKENS]) == "abbaab"
    assert a.blocks[:3] == [{"dense": pytest.approx(1.0, rel=0.1)}] * 3
    assert b.blocks[:3] == [{"dense": pytest.approx(2.0, rel=0.1)}] * 3


def test_a_ratio_is_the_median_over_pairs_with_an_interval_inside_their_range():
    ratio, (low, high) = pairing.ratio_over_pairs([2.0, 30.0, 8.0], [1.0, 10.0, 8.0])
    assert ratio == 2.0  # the ratio of the medians would be 8
    assert (low, high) == (1.0, 3.0)


def test_the_last_line_of_the_decode_benchmark_is_its_rows(tmp_path, capsys):
    folder = save_tiny(tmp_path / "tiny")
    asked = ["--model", str(folder), "--device", "cpu", "--dtype", "float32", "--density", "0.5"]
    decode.main([*asked, "--prompt-tokens", "20", "--new-tokens", "20", "--repeats", "5", "--json"])
    (row,) = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert (row["density"], row["prompt_tokens"], row["new_tokens"], row["repeats"]) == (0.5, 20, 20, 5)
    assert row["dtype"] == "float32"
    figures = ("dense_tpot_ms", "pruned_tpot_ms", "generate_tpot_ms", "sequential_tpot_ms", "race_over_sequential")
    assert all(math.isfinite(row[figure]) and row[figure] > 0 for figure in figures)
    assert row["byte_roofline"] > 1
