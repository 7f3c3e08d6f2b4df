"""The benchmarks run and add up; the figures themselves are for people to read and are never asserted."""

import json
import math
import os
import sys

import pytest
import torch
import transformers

import griffin_core as gc
from benchmarks import ceiling, decode, experts, llama_cpp, pairing, peak, races, random_models, shapes
from griffin_core.events import TokenEmitted
from tests.core import runs
from tests.core.scripted_run import DENSE, PRUNED, scripted_run
from tests.tiny_gguf import write_gguf
from tests.tiny_models import change_config, save_tiny, tiny_config, tiny_loaded, tiny_model


@pytest.fixture(autouse=True)
def _quick_ceiling(monkeypatch):
    monkeypatch.setattr(ceiling, "LARGEST", 2**22)


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
    assert set(race.itl_ms[0]) == set(runs.NAMES)  # the quicker lane may have ended by then
    assert all(len(lane.token_ids) == 3 * pairing.BLOCK_TOKENS for lane in race.tally.lanes())


def test_a_ratio_is_the_median_over_pairs_with_an_interval_inside_their_range():
    ratio, (low, high) = pairing.ratio_over_pairs([2.0, 30.0, 8.0], [1.0, 10.0, 8.0])
    assert ratio == 2.0  # the ratio of the medians would be 8
    assert (low, high) == (1.0, 3.0)


def test_the_last_line_of_the_decode_benchmark_is_its_rows(tmp_path, capsys):
    folder = save_tiny(tmp_path / "tiny")
    asked = ["--model", str(folder), "--device", "cpu", "--dtype", "float32", "--density", "0.5"]
    decode.main([*asked, "--prompt-tokens", "20", "--new-tokens", "20", "--repeats", "5", "--json"])
    *_, clock, last = capsys.readouterr().out.splitlines()
    found = json.loads(last)
    (row,) = found["rows"]
    assert clock.startswith("Clock: ")
    assert found["clocks"].keys() >= {"before", "after", "lowest_mhz", "steal_share", "others_share", "quiet"}
    assert (row["density"], row["prompt_tokens"], row["new_tokens"], row["repeats"]) == (0.5, 20, 20, 5)
    assert row["dtype"] == "float32"
    figures = ("dense_tpot_ms", "pruned_tpot_ms", "sequential_tpot_ms", "race_over_sequential")
    assert all(math.isfinite(row[figure]) and row[figure] > 0 for figure in figures)
    assert math.isfinite(row["generate_tpot_ms"])  # a difference of two times, which noise can turn round
    assert row["byte_roofline"] > 1
    assert row["roofline_share"] == pytest.approx(row["speedup"] / row["byte_roofline"])
    assert row["selection_share"] == pytest.approx(row["selection_ms"] / row["prefill_ms"])
    assert all(row[figure] > 0 for figure in ("dense_gb_s", "pruned_gb_s", "ceiling_gb_s", "peak_rss_mb"))
    assert row["dense_step"] == row["pruned_step"] != ""
    assert row["static_generate_tpot_ms"] is row["peak_memory_mb"] is None


def test_the_decode_benchmark_makes_a_grid_and_times_a_static_cache_where_asked(tmp_path, capsys):
    folder = save_tiny(tmp_path / "tiny")
    grid = ["--prompt-tokens", "10", "--prompt-tokens", "20", "--new-tokens", "8", "--new-tokens", "9"]
    asked = ["--model", str(folder), "--device", "cpu", "--density", "0.5", "--repeats", "5"]
    decode.main([*asked, *grid, "--compiled-generate", "--json"])
    said = capsys.readouterr()
    rows = json.loads(said.out.splitlines()[-1])["rows"]
    assert [(row["prompt_tokens"], row["new_tokens"]) for row in rows] == [(10, 8), (10, 9), (20, 8), (20, 9)]
    assert all(math.isfinite(row["static_generate_tpot_ms"]) for row in rows)
    assert "not compiled here" in said.err


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_ceiling_is_found_with_own_kernels_and_without(monkeypatch, dtype):
    cpu = torch.device("cpu")
    assert ceiling.ceiling_gb_s(cpu, dtype) > 0
    monkeypatch.setattr(ceiling, "find_library", lambda: None)
    assert ceiling.ceiling_gb_s(cpu, dtype) > 0


def test_a_peak_of_memory_is_at_least_what_is_held(monkeypatch, tmp_path):
    cpu = torch.device("cpu")
    large = torch.ones(2**25)
    with_large = peak.peak_mb(cpu)
    assert with_large > large.nbytes / 1e6
    monkeypatch.setattr(peak, "_STATUS", tmp_path / "no such file")  # as on other systems
    assert peak.peak_mb(cpu) == pytest.approx(with_large, rel=0.5)


def test_bytes_of_a_token_are_weights_and_the_cache_that_its_answer_reads_on_average():
    tally = gc.RunTally()
    for event in runs.race(tiny_loaded("llama"), max_new_tokens=5):
        tally.add(event)
    measured = races.Races()
    measured.add(tally)
    start = tally.start
    (kv,) = start.kv
    positions = start.prompt_tokens + 2.5  # four steps: 1 to 4 more than the prompt
    cache = kv.layers * kv.bytes_per_position * positions
    dense, pruned = start.lanes
    assert measured.token_bytes(races.DENSE) == dense.weight_bytes + cache
    assert measured.token_bytes(races.PRUNED) == pruned.weight_bytes + cache
    assert measured.gb_s(races.DENSE) == pytest.approx((dense.weight_bytes + cache) / tally.lanes()[0].tpot_ms / 1e6)


def test_the_shapes_have_the_weights_that_their_names_promise():
    billions = {}
    for shape in random_models.SHAPES:
        with torch.device("meta"):
            model = transformers.AutoModelForCausalLM.from_config(random_models.config_of(shape, positions=2176))
        billions[shape] = sum(parameter.numel() for parameter in model.parameters()) / 1e9
    expected = {"Llama-2-7B": 6.74, "Llama-2-13B": 13.02, "Llama-3-8B": 8.03, "Gemma-7B": 8.54}
    expected |= {"Mistral-7B": 7.24, "Qwen3-8B": 8.19, "OPT-6.7B": 6.66}
    assert billions == pytest.approx(expected, abs=0.01)


def test_every_shape_is_raced_shrunk_on_the_cpu(capsys):
    shapes.main(["--tiny", "--json"])
    *table, last = capsys.readouterr().out.splitlines()
    rows = json.loads(last)["rows"]
    assert [row["shape"] for row in rows] == list(random_models.SHAPES)
    assert [line.split(" | ")[0].removeprefix("| ") for line in table[2:]] == list(random_models.SHAPES)
    for row in rows:
        assert (row["prompt_tokens"], row["new_tokens"], row["dtype"]) == (32, 8, "bfloat16")
        assert all(row[figure] > 0 for figure in ("dense_tpot_ms", "pruned_gb_s", "ceiling_gb_s", "selection_share"))
        assert row["byte_roofline"] > 1


def test_a_shape_without_memory_or_time_is_left_out_and_said(monkeypatch, capsys):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(shapes, "build", full)
    shapes.main(["--tiny", "--shape", "OPT-6.7B", "--json"])
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1]) == {"rows": []}
    assert "OPT-6.7B: left out, it does not fit" in said.err
    shapes.main(["--tiny", "--shape", "OPT-6.7B", "--most-minutes", "-1"])
    assert "minutes are over" in capsys.readouterr().err


@pytest.mark.skipif(torch.cuda.is_available(), reason="refused without a CUDA device")
def test_real_shapes_are_refused_without_a_gpu():
    with pytest.raises(SystemExit, match="need a GPU of 80 GB"):
        shapes.main([])


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
    lag = ("display_lag_ms_p50", "display_lag_ms_p95")
    figures = ("unwatched_tpot_ms", "watched_tpot_ms", "watched_over_unwatched", *lag)
    assert all(math.isfinite(row[figure]) and row[figure] > 0 for row in rows for figure in figures)


def test_display_lag_is_counted_from_the_stamp_of_a_token_until_its_view_is_encoded(monkeypatch):
    pytest.importorskip("gradio")
    from benchmarks import lag as lags

    lag = lags.DisplayLag()
    with lag.watching_races():
        events = list(runs.race(tiny_loaded("llama"), max_new_tokens=6))
    *_, last = [event.t_s for event in events if isinstance(event, TokenEmitted)]
    began_s = lags.time.perf_counter() - last  # no race begins later than this
    lag.took(events)
    monkeypatch.setattr(lags.time, "perf_counter", lambda: began_s + last + 3.0)
    lag.encoded()
    assert [len(lane) for lane in lag.lags_ms] == [6] * len(runs.NAMES)
    assert min(min(lane) for lane in lag.lags_ms) >= 3000
    lag.encoded()  # a view that shows nothing new
    assert [len(lane) for lane in lag.lags_ms] == [6] * len(runs.NAMES)


def test_a_page_benchmark_whose_race_fails_says_why(tmp_path):
    pytest.importorskip("gradio")
    from benchmarks import page

    folder = save_tiny(tmp_path / "tiny")  # its context is too short for the prompt
    with pytest.raises(SystemExit, match="the race did not end: .*256"):
        page.main(["--model", str(folder), "--new-tokens", "8", "--repeats", "5"])


FAKE_LLAMA = """
import ctypes
__version__ = "0 (fake)"
class Llama:
    def __init__(self, *, model_path, n_ctx, n_threads, **_):
        assert n_threads == 1
        self.ctx, self.room = [], n_ctx
    def n_vocab(self):
        return 4
    def reset(self):
        self.ctx.clear()
    def eval(self, tokens):
        assert tokens[-1] == 3 or not self.ctx
        self.ctx += tokens
        assert len(self.ctx) <= self.room
def llama_get_logits_ith(ctx, place):
    return ctypes.cast((ctypes.c_float * 4)(0, 1, 2, 3), ctypes.POINTER(ctypes.c_float))
"""


def interpreter(folder, module):
    """This interpreter with a package of llama.cpp that is a stub."""
    (folder / "packages").mkdir()
    (folder / "packages" / "llama_cpp.py").write_text(module, encoding="utf-8")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}/packages" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return python


@pytest.mark.skipif(os.name == "nt", reason="the stub is a shell script")
def test_llama_cpp_and_the_dense_lane_take_turns_on_one_file(tmp_path, capsys):
    gguf = write_gguf(tmp_path / "tiny.gguf", tiny_model(tiny_config("llama")))
    python = interpreter(tmp_path, FAKE_LLAMA)
    sizes = ["--prompt-tokens", "10", "--new-tokens", "8", "--threads", "1"]
    llama_cpp.main(["--python", str(python), "--gguf", str(gguf), "--dtype", "float32", *sizes, "--json"])
    (row,) = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert (row["gguf"], row["threads"], row["prompt_tokens"], row["new_tokens"]) == ("tiny.gguf", 1, 10, 8)
    assert (row["llama_cpp_version"], row["dtype"], row["repeats"]) == ("0 (fake)", "float32", 5)
    assert all(row[figure] > 0 for figure in ("llama_cpp_tpot_ms", "dense_tpot_ms", "dense_over_llama_cpp"))


@pytest.mark.skipif(os.name == "nt", reason="the stub is a shell script")
@pytest.mark.parametrize(
    ("module", "said"),
    [("raise ImportError('no such library')", "no such library"), ("import os; os._exit(3)", "ended")],
)
def test_an_interpreter_without_llama_cpp_is_refused_in_words(tmp_path, module, said):
    task = {"gguf": "x", "prompt": [1], "new_tokens": 8, "threads": 1}
    with pytest.raises(SystemExit, match=said), llama_cpp.worker(interpreter(tmp_path, module), task):
        pass
    with pytest.raises(SystemExit, match="cannot be run"), llama_cpp.worker(tmp_path / "none", task):
        pass
