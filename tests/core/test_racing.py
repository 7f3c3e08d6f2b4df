import time
from itertools import pairwise

import pytest
import torch

import griffin_core as gc
from griffin_core.events import (
    LaneFinished,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFinished,
    RunStarted,
    TokenEmitted,
)
from griffin_core.expert_sources import plan_lane
from griffin_core.loading import make_loaded
from griffin_core.steps.choice import SMALLEST_ROOM
from tests.core.on_disk import read_back
from tests.core.runs import lanes_of, run
from tests.tiny_models import tiny_config, tiny_loaded, tiny_model


@pytest.fixture
def loaded():
    return tiny_loaded("llama")


def test_events_come_in_the_order_the_format_promises(loaded):
    events = run(loaded, prefill_chunk=3)
    kinds = [type(event) for event in events]
    assert kinds[:6] == [RunStarted, PrefillProgress, PrefillProgress, PrefillProgress, PrefillDone, PlanMade]
    assert set(kinds[6:-1]) == {TokenEmitted, LaneFinished}
    assert kinds[-1] is RunFinished
    times = [event.t_s for event in events]
    assert times == sorted(times)


def test_lane_clocks_never_run_backwards_and_agree_with_the_token_times(loaded):
    events = run(loaded)
    for name in ("dense", "griffin:density=0.5"):
        tokens = [event for event in events if isinstance(event, TokenEmitted) and event.lane == name]
        assert [event.index for event in tokens] == list(range(6))
        assert [event.itl_ms is None for event in tokens] == [True] + [False] * 5
        for before, after in pairwise(tokens):
            assert (after.clock_us - before.clock_us) / 1000 == pytest.approx(after.itl_ms, abs=0.002)


def test_the_lane_that_is_behind_steps_next(loaded):
    clocks = {}
    turns = []
    for event in run(loaded, max_new_tokens=20):
        if isinstance(event, PrefillDone):
            clocks["dense"] = round(event.prefill_ms * 1000)
        elif isinstance(event, PlanMade):
            clocks[event.lane] = event.clock_us
        elif isinstance(event, TokenEmitted):
            assert clocks[event.lane] <= min(clocks.values()) + 1  # events carry whole microseconds
            clocks[event.lane] = event.clock_us
            turns.append(event.lane)
        elif isinstance(event, LaneFinished):
            del clocks[event.lane]


def test_dense_lane_pays_prefill_only_and_pruned_lane_also_its_selection(loaded):
    events = run(loaded)
    dense, pruned = lanes_of(events)
    done = next(event for event in events if isinstance(event, PrefillDone))
    plan = next(event for event in events if isinstance(event, PlanMade))
    assert dense.selection_ms == 0
    assert dense.ttft_ms == pytest.approx(done.prefill_ms, abs=5)
    assert pruned.selection_ms == pytest.approx(plan.statistics_ms + plan.selection_ms + plan.gather_ms)
    assert plan.clock_us / 1000 == pytest.approx(done.prefill_ms + pruned.selection_ms, abs=0.01)


def test_dense_lane_does_not_wait_for_the_choice_of_the_other(loaded, monkeypatch):
    run(loaded)  # rehearsed, and the twin is there

    def slowly(*args, **kwargs):
        time.sleep(0.2)
        return plan_lane(*args, **kwargs)

    monkeypatch.setattr("griffin_core.lane_run.plan_lane", slowly)
    dense, pruned = lanes_of(run(loaded))
    assert pruned.selection_ms > 200
    assert pruned.ttft_ms - dense.ttft_ms > 150
    assert dense.ttft_ms < 150


def test_method_that_ignores_the_prompt_pays_no_statistics(loaded):
    events = run(loaded, lanes=[gc.pruned(method="magnitude"), gc.pruned()])
    plans = {event.lane: event for event in events if isinstance(event, PlanMade)}
    assert plans["magnitude:density=0.5"].statistics_ms == 0
    assert plans["griffin:density=0.5"].statistics_ms > 0


def test_sequential_schedule_ends_one_lane_before_the_next_and_gives_the_same_tokens(loaded):
    events = run(loaded, schedule="sequential")
    order = [event.lane for event in events if isinstance(event, TokenEmitted)]
    assert order == ["dense"] * 6 + ["griffin:density=0.5"] * 6
    assert [lane.token_ids for lane in lanes_of(events)] == [lane.token_ids for lane in lanes_of(run(loaded))]


def test_density_1_lane_is_the_dense_lane_token_for_token(loaded):
    dense, same = lanes_of(run(loaded, lanes=[gc.dense(), gc.pruned(density=1.0)], max_new_tokens=20))
    assert dense.token_ids == same.token_ids
    assert same.first_divergence is None


def test_same_seed_same_tokens_and_other_seed_other_tokens(loaded):
    first, again, other = (
        [lane.token_ids for lane in lanes_of(run(loaded, temperature=1.0, top_k=50, top_p=0.95, seed=seed))]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_equal_lanes_draw_equal_tokens(loaded):
    one, two = lanes_of(run(loaded, lanes=[gc.dense(), gc.dense()], temperature=1.0))
    assert one.token_ids == two.token_ids
    assert (one.name, two.name) == ("dense", "dense#2")


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_continued_run_ends_like_a_longer_one(loaded, temperature):
    whole = lanes_of(run(loaded, max_new_tokens=9, temperature=temperature))
    begun = lanes_of(run(loaded, max_new_tokens=5, temperature=temperature))
    prefixes = [lane.token_ids for lane in begun]
    events = run(loaded, max_new_tokens=4, temperature=temperature, prefixes=prefixes, prefill_chunk=2)
    continued = lanes_of(events)
    assert [lane.token_ids for lane in continued] == [lane.token_ids for lane in whole]
    assert [lane.text for lane in continued] == [lane.text for lane in whole]
    given = [event for event in events if isinstance(event, TokenEmitted) and event.given]
    assert len(given) == 10
    assert all(event.itl_ms is None for event in given)


def test_end_of_text_ends_a_lane_and_is_among_its_tokens(loaded):
    dense = lanes_of(run(loaded, lanes=[gc.dense()]))[0]
    loaded.stop_ids = frozenset({dense.token_ids[2]})
    ended = lanes_of(run(loaded, lanes=[gc.dense()], ignore_eos=False))[0]
    assert ended.finish_reason == "eos"
    assert ended.token_ids[-1] in loaded.stop_ids
    continued = lanes_of(run(loaded, lanes=[gc.dense()], ignore_eos=False, prefixes=[ended.token_ids]))[0]
    assert (continued.token_ids, continued.finish_reason) == (ended.token_ids, "eos")


def test_stop_string_ends_a_lane(loaded):
    whole = lanes_of(run(loaded, lanes=[gc.dense()]))[0]
    stop = whole.text[: len(whole.text) // 2].strip()[-2:]
    ended = lanes_of(run(loaded, lanes=[gc.dense()], stop=[stop]))[0]
    assert ended.finish_reason == "stop"
    assert len(ended.token_ids) < len(whole.token_ids)


def test_stream_survives_json_with_the_same_figures(loaded):
    events = run(loaded)
    copies = read_back(events)
    assert copies == events
    assert lanes_of(copies) == lanes_of(events)


@pytest.mark.parametrize("chunk", [7, 20])
def test_position_encoding_that_depends_on_length_is_read_in_one_piece(chunk):
    rope = {
        "rope_type": "longrope", "rope_theta": 1e4, "short_factor": [1.0] * 4, "long_factor": [4.0] * 4,
        "original_max_position_embeddings": 32,
    }  # fmt: skip
    config = tiny_config("phi3")
    config.rope_parameters = rope
    config.original_max_position_embeddings = 32
    loaded = make_loaded(tiny_model(config), tiny_loaded("phi3").tokenizer, name="longrope")
    tokens = torch.randint(5, 250, (1, 60), generator=torch.Generator().manual_seed(0))
    whole, pieces = (run(loaded, tokens, prefill_chunk=size) for size in (100, chunk))
    assert [lane.token_ids for lane in lanes_of(pieces)] == [lane.token_ids for lane in lanes_of(whole)]
    (progress,) = [event for event in pieces if isinstance(event, PrefillProgress)]
    assert progress.done_tokens == 60


def test_stop_may_be_one_string(loaded):
    assert lanes_of(run(loaded, stop="never written"))[0].finish_reason == "length"


def test_bytes_held_count_the_whole_model_once_and_slices_apart(loaded):
    dense, pruned = lanes_of(run(loaded))
    weights = sum(tensor.nbytes for tensor in (*loaded.model.parameters(), *loaded.model.buffers()))
    (kv,) = loaded.kv
    cache = SMALLEST_ROOM * kv.bytes_per_position * kv.layers
    assert dense.held_bytes == weights + cache
    slices = loaded.facts.n_layers * 3 * loaded.facts.d_model * pruned.k * 4
    assert pruned.held_bytes == slices + cache


def test_bytes_read_leave_out_the_embedding_table_but_not_the_head(loaded):
    start = run(loaded)[0]
    model = loaded.model
    dense, pruned = start.lanes
    table = model.get_input_embeddings().weight.nbytes
    tied = model.get_input_embeddings().weight is model.get_output_embeddings().weight
    everything = sum(tensor.nbytes for tensor in model.parameters())
    assert dense.weight_bytes == everything - (0 if tied else table)
    dropped = loaded.facts.n_layers * 3 * loaded.facts.d_model * (loaded.facts.d_ff - pruned.k[0]) * 4
    assert dense.weight_bytes - pruned.weight_bytes == dropped
