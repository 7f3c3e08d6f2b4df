"""The benchmarks run and add up; the figures themselves are for people to read and are never asserted."""

import json
import math

import pytest

from benchmarks import decode, experts, pairing
from griffin_core.events import TokenEmitted
from tests.core import runs
from tests.core.scripted_run import DENSE, PRUNED, scripted_run
from tests.tiny_models import change_config, save_tiny, tiny_loaded


def test_runs_advance_by_turns_a_block_of_each_watched_lane_and_an_unwatched_lane_is_cut():
    played = []

    def contender(name, itl_ms, lanes):
        words = [" word"] * 3 * pairing.BLOCK_TOKENS

        def run():
            for event in scripted_run([(DENSE, words, itl_ms), (PRUNED, words, 9.0)]):
                if isinstance(event, TokenEmitted):
                    played.append(name)
                yield event

        return pairing.Contender(run(), lanes)

    a, b = contender("a", 1.0, [DENSE.name]), contender("b", 2.0, [DENSE.name])
    pairing.play_by_turns([a, b])
    assert "".join(played[:: pairing.BLOCK_TOKENS]) == "abbaab"
    assert a.itl_ms == [{"dense": pytest.approx(1.0, rel=0.1)}] * 3
    assert b.itl_ms == [{"dense": pytest.approx(2.0, rel=0.1)}] * 3


def test_a_block_of_a_race_lasts_until_every_lane_of_it_has_its_tokens():
    loaded = tiny_loaded("llama")
    race = pairing.Contender(runs.race(loaded, max_new_tokens=3 * pairing.BLOCK_TOKENS), runs.NAMES)
    pairing.play_by_turns([race])
    assert [set(block) for block in race.itl_ms[:2]] == [set(runs.NAMES)] * 2
    assert all(len(lane.token_ids) == 3 * pairing.BLOCK_TOKENS for lane in race.tally.lanes())


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
    figures = ("dense_tpot_ms", "pruned_tpot_ms", "sequential_tpot_ms", "race_over_sequential")
    assert all(math.isfinite(row[figure]) and row[figure] > 0 for figure in figures)
    assert math.isfinite(row["generate_tpot_ms"])  # a difference of two times, which noise can turn round
    assert row["byte_roofline"] > 1


def prompts_file(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return ["--prompts", str(path)]


def test_the_experts_benchmark_compares_within_and_between_the_files_given(tmp_path, capsys):
    folder = save_tiny(tmp_path / "tiny")
    one = {"prompt": "The harbour is old."}
    alike = prompts_file(tmp_path / "alike.jsonl", one, one)
    mixed = prompts_file(tmp_path / "mixed.jsonl", {"messages": [{"role": "user", "content": "Why?"}]}, {"prompt": "+"})
    experts.main(["--model", str(folder), *alike, *mixed, "--new-tokens", "30", "--answers", "1", "--json"])
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    jaccard = {tuple(row["kinds"]): row["jaccard"] for row in found["overlap"]}
    assert jaccard[("alike", "alike")] == 1.0
    assert 0 < jaccard[("alike", "mixed")] < 1.0
    assert 0 < jaccard[("mixed", "mixed")] < 1.0
    assert found["density"] == 0.5
    assert found["chance"] == pytest.approx(1 / 3, abs=0.01)
    assert [(row["kind"], len(row["coverage"])) for row in found["coverage"]] == [("alike", 2), ("mixed", 2)]
    assert all(0 < share < 1 for row in found["coverage"] for share in row["coverage"])


def test_the_experts_benchmark_has_texts_of_its_own_and_refuses_a_single_one(tmp_path):
    bundled = experts.bundled()
    assert all(len(texts) > 1 and all(texts) for texts in bundled.values())
    folder = save_tiny(tmp_path / "tiny")
    with pytest.raises(SystemExit, match="lonely has 1 prompt"):
        experts.main(["--model", str(folder), *prompts_file(tmp_path / "lonely.jsonl", {"prompt": "Alone."})])
    with pytest.raises(SystemExit, match="line 1: neither prompt nor messages"):
        experts.main(["--model", str(folder), *prompts_file(tmp_path / "empty.jsonl", {"text": "?"})])


def test_the_page_benchmark_watches_and_leaves_alone_the_same_race(tmp_path, capsys):
    pytest.importorskip("gradio")  # a GPU host has none of the page's libraries
    from benchmarks import page

    folder = save_tiny(tmp_path / "tiny")
    change_config(folder, max_position_embeddings=4096)
    page.main(["--model", str(folder), "--new-tokens", "8", "--repeats", "5", "--json"])
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert [(row["lane"], row["repeats"]) for row in rows] == [("dense", 5), ("griffin:density=0.5", 5)]
    figures = ("unwatched_tpot_ms", "watched_tpot_ms", "watched_over_unwatched")
    assert all(math.isfinite(row[figure]) and row[figure] > 0 for row in rows for figure in figures)


def test_a_page_benchmark_whose_race_fails_says_why(tmp_path):
    pytest.importorskip("gradio")
    from benchmarks import page

    folder = save_tiny(tmp_path / "tiny")  # its context is too short for the prompt
    with pytest.raises(SystemExit, match="the race did not end: .*256"):
        page.main(["--model", str(folder), "--new-tokens", "8", "--repeats", "5"])
