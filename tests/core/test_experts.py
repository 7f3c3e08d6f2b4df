"""Lanes with the experts of another text, and dense lanes with a seed of their own."""

import gc as garbage
import weakref

import pytest
import torch
from transformers import DynamicCache

import griffin_core as gc
from griffin_core.errors import PromptError, SettingsError
from griffin_core.events import PlanMade, PrefillDone, PrefillProgress, TokenEmitted
from griffin_core.expert_sources import shuffled
from griffin_core.plan_record import describe_plan
from tests.core.on_disk import read_back
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_loaded

OTHER = torch.tensor([[71, 3, 160, 98, 12]])
SWAPPED = gc.pruned(experts="A")
METHODS = ("griffin", "griffin-sampled", "griffin-topk-sampled")


@pytest.fixture
def loaded():
    return tiny_loaded("llama")


def plans_of(events):
    return [event for event in events if isinstance(event, PlanMade)]


def kept(plan):
    return [layer.kept for layer in plan.layers]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("chunk", [None, 3])
def test_prompt_swapped_with_itself_is_griffin_exactly(loaded, method, chunk):
    lanes = [gc.pruned(method=method), gc.pruned(method=method, experts="A")]
    events = run(loaded, lanes=lanes, sources={"A": TOKENS}, seed=5, prefill_chunk=chunk)
    plain, swapped = plans_of(events)
    assert swapped.layers == plain.layers
    own, other = lanes_of(events)
    assert (other.token_ids, other.text) == (own.token_ids, own.text)


def test_lane_with_experts_of_another_text_has_that_texts_plan_and_continues_this_prompt(loaded):
    events = run(loaded, lanes=[gc.dense(), gc.pruned(), SWAPPED], sources={"A": OTHER})
    plain, swapped = plans_of(events)
    plan = gc.make_plan(loaded, OTHER)
    described = describe_plan(plan, None)
    assert [(layer.kept, layer.scores) for layer in swapped.layers] == [
        (layer.kept, layer.scores) for layer in described
    ]
    assert kept(swapped) != kept(plain)
    dense, _, lane = lanes_of(events)
    assert lane.token_ids[0] == dense.token_ids[0]  # the first token is the prompt's, and dense in every lane
    alone = lanes_of(run(loaded, lanes=[SWAPPED], sources={"A": OTHER}))[0]
    assert alone.token_ids == lane.token_ids


def test_score_share_of_swapped_neurons_is_of_this_prompts_votes(loaded):
    (swapped,) = plans_of(run(loaded, lanes=[SWAPPED], sources={"A": OTHER}))
    squares = [layer.scores.square() for layer in gc.make_plan(loaded, TOKENS).layers]  # votes of the prompt
    chosen = [layer.kept for layer in gc.make_plan(loaded, OTHER).layers]
    shares = [float(votes[index].sum() / votes.sum()) for votes, index in zip(squares, chosen, strict=True)]
    assert [layer.score_share for layer in swapped.layers] == pytest.approx(shares)


def test_statistics_of_several_texts_never_mix(loaded):
    texts = {"A": OTHER, "B": [9, 9, 41], "C": TOKENS.flip(1)}
    lanes = [gc.pruned(), *(gc.pruned(experts=name) for name in texts)]
    together = plans_of(run(loaded, lanes=lanes, sources=texts, prefill_chunk=2))
    for lane, plan in zip(lanes, together, strict=True):
        (alone,) = plans_of(run(loaded, lanes=[lane], sources=texts, prefill_chunk=2))
        assert alone.layers == plan.layers


def test_source_is_read_once_after_the_prompt_and_says_so(loaded):
    lanes = [SWAPPED, gc.pruned(density=0.25, experts="A"), gc.pruned(experts="shuffled")]
    events = run(loaded, lanes=lanes, sources={"A": OTHER, "unused": [4, 4]}, prefill_chunk=4)
    done = next(place for place, event in enumerate(events) if isinstance(event, PrefillDone))
    first_plan = next(place for place, event in enumerate(events) if isinstance(event, PlanMade))
    reading = events[done + 1 : first_plan]
    assert all(isinstance(event, PrefillProgress) for event in reading)
    assert [(event.source, event.done_tokens) for event in reading] == [
        ("A", 4), ("A", 5), ("shuffled", 4), ("shuffled", 7),
    ]  # fmt: skip
    assert {event.source for event in events[:done] if isinstance(event, PrefillProgress)} == {None}


def test_reading_a_source_is_charged_to_no_lane(loaded):
    events = run(loaded, lanes=[gc.dense(), SWAPPED], sources={"A": OTHER})
    done = next(event for event in events if isinstance(event, PrefillDone))
    (plan,) = plans_of(events)
    assert plan.statistics_ms == 0
    assert plan.clock_us / 1000 == pytest.approx(done.prefill_ms + plan.selection_ms + plan.gather_ms, abs=0.01)


def test_shuffled_prompt_holds_the_same_tokens_in_an_order_of_the_seed():
    assert shuffled(TOKENS, seed=1).sort().values.tolist() == TOKENS.sort().values.tolist()
    assert shuffled(TOKENS, seed=1).tolist() == shuffled(TOKENS, seed=1).tolist()
    assert len({tuple(shuffled(TOKENS, seed=seed)[0].tolist()) for seed in range(8)}) > 4


def test_shuffled_prompt_chooses_otherwise_and_equally_for_the_same_seed(loaded):
    lanes = [gc.pruned(), gc.pruned(experts="shuffled")]
    (plain, first), (_, again), (_, other) = (plans_of(run(loaded, lanes=lanes, seed=seed)) for seed in (1, 1, 2))
    assert kept(first) != kept(plain)
    assert again.layers == first.layers
    assert other.layers != first.layers
    as_source = plans_of(run(loaded, lanes=[SWAPPED], sources={"A": shuffled(TOKENS, seed=1)}))
    assert as_source[0].layers == first.layers


def test_shuffled_prompt_of_one_token_is_the_prompt(loaded):
    lanes = [gc.pruned(), gc.pruned(experts="shuffled")]
    plain, mixed = plans_of(run(loaded, torch.tensor([[41]]), lanes=lanes))
    assert mixed.layers == plain.layers


def test_continued_run_chooses_the_same_experts_again(loaded):
    lanes = [SWAPPED, gc.pruned(experts="shuffled")]
    whole = lanes_of(run(loaded, lanes=lanes, sources={"A": OTHER}))
    begun = lanes_of(run(loaded, lanes=lanes, sources={"A": OTHER}, max_new_tokens=3))
    prefixes = [lane.token_ids for lane in begun]
    rest = run(loaded, lanes=lanes, sources={"A": OTHER}, max_new_tokens=3, prefixes=prefixes)
    assert [lane.token_ids for lane in lanes_of(rest)] == [lane.token_ids for lane in whole]


def test_closing_while_a_source_is_read_gives_everything_back(loaded, monkeypatch):
    caches = []

    def kept_in_sight(config):
        cache = DynamicCache(config=config)
        caches.append(weakref.ref(cache))
        return cache

    expected = [lane.token_ids for lane in lanes_of(run(loaded))]
    monkeypatch.setattr("griffin_core.decode.DynamicCache", kept_in_sight)
    race = gc.race(loaded, TOKENS, lanes=[gc.dense(), SWAPPED], sources={"A": OTHER}, prefill_chunk=2)
    while not (isinstance(event := next(race), PrefillProgress) and event.source == "A"):
        pass
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())
    race.close()
    garbage.collect()
    assert len(caches) == 2  # the prompt's and the source's
    assert [cache() for cache in caches] == [None, None]
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())
    assert len(loaded.twins._idle) == 2  # one that is pruned and one that is not
    assert [lane.token_ids for lane in lanes_of(run(loaded))] == expected


def test_dense_lane_with_its_own_seed_draws_as_a_run_of_that_seed(loaded):
    lanes = [gc.dense(), gc.dense(seed=7)]
    plain, seeded = lanes_of(run(loaded, lanes=lanes, temperature=1.0, seed=1))
    assert (plain.name, seeded.name) == ("dense", "dense:seed=7")
    assert seeded.token_ids != plain.token_ids
    assert seeded.token_ids == lanes_of(run(loaded, lanes=[gc.dense()], temperature=1.0, seed=7))[0].token_ids
    greedy = lanes_of(run(loaded, lanes=lanes))
    assert greedy[0].token_ids == greedy[1].token_ids


def test_baseline_is_the_first_dense_lane_whatever_its_seed(loaded):
    lanes = [gc.pruned(), gc.dense(seed=7), gc.dense()]
    pruned, first, second = lanes_of(run(loaded, lanes=lanes, temperature=1.0, seed=1))
    assert (first.speedup, first.first_divergence) == (1.0, None)
    assert second.speedup == pytest.approx(first.tpot_ms / second.tpot_ms)
    differs = [ours != theirs for ours, theirs in zip(second.token_ids, first.token_ids, strict=True)]
    assert second.first_divergence == differs.index(True)
    assert pruned.speedup == pytest.approx(first.tpot_ms / pruned.tpot_ms)


@pytest.mark.parametrize(("lane", "sources", "error", "complaint"), [
    (SWAPPED, {}, SettingsError, 'no such text is given. .* use one of: shuffled'),
    (SWAPPED, {"B": [4]}, SettingsError, "use one of: shuffled, B"),
    (SWAPPED, {"A": []}, SettingsError, '"A" is empty'),
    (SWAPPED, {"A": torch.zeros((1, 0), dtype=torch.long)}, SettingsError, '"A" is empty'),
    (SWAPPED, {"A": TOKENS.repeat(2, 1)}, PromptError, r'"A" must be a \(1, S\) tensor of token ids, got .* \(2, 7\)'),
    (SWAPPED, {"A": TOKENS.float()}, SettingsError, "whole numbers"),
    (SWAPPED, {"A": [4, 300]}, PromptError, 'the text "A" has the token id 300, but the model knows 0 to 299'),
    (SWAPPED, {"A": [5] * 257}, PromptError, 'the text "A" has 257 tokens, but the model\'s context holds 256'),
    (gc.pruned(), {"unused": [300]}, PromptError, '"unused" has the token id 300'),
])  # fmt: skip
def test_source_that_cannot_be_read_is_refused_at_the_call(loaded, lane, sources, error, complaint):
    with pytest.raises(error, match=complaint):
        gc.race(loaded, TOKENS, lanes=[lane], sources=sources)


def test_source_may_fill_the_whole_context(loaded):
    (plan,) = plans_of(run(loaded, lanes=[SWAPPED], sources={"A": [5] * 256}))
    assert len(plan.layers) == 3


def test_stream_with_swapped_lanes_survives_json(loaded):
    lanes = [gc.dense(seed=7), SWAPPED]
    events = run(loaded, lanes=lanes, sources={"A": OTHER})
    copies = read_back(events)
    assert copies == events
    assert [(lane.experts, lane.sampler_seed) for lane in copies[0].lanes] == [(None, 7), ("A", None)]
    assert {event.lane for event in copies if isinstance(event, TokenEmitted)} == {lane.name for lane in lanes}
