import math
from itertools import combinations
from statistics import fmean

import pytest
import torch

import griffin_core as gc
from griffin_core.chance import chance_jaccard
from griffin_core.errors import OutOfMemoryError, PromptError, SettingsError
from griffin_core.events import ExpertsChosen, RunFinished, StudyProgress, StudyStarted
from griffin_core.plan_record import describe_plan
from griffin_core.planning import LayerPlan, Plan
from tests.core.on_disk import read_back
from tests.core.runs import TOKENS
from tests.tiny_models import tiny_loaded

GRIFFIN = gc.PruningSettings()
RANDOM = gc.PruningSettings(method="random", seed=3)
OTHER = torch.tensor([[200, 7, 7, 91]])


def plan_of(*kept, d_ff=6):
    layers = tuple(LayerPlan(torch.tensor(neurons), torch.zeros(d_ff)) for neurons in kept)
    return Plan(GRIFFIN, layers)


def study(loaded, prompts, pruning, **settings):
    return list(gc.choose_experts(loaded, prompts, pruning, **settings))


def chosen(events):
    return [event for event in events if isinstance(event, ExpertsChosen)]


def test_jaccard_is_the_common_neurons_over_those_of_either_layer_by_layer():
    found = gc.overlap(plan_of([0, 1, 2], [0, 1]), plan_of([1, 2, 3], [4, 5]))
    assert found.jaccard == (2 / 4, 0.0)
    assert found.mean == 0.25


def test_equal_plans_overlap_wholly_and_chance_does_not_depend_on_the_neurons():
    plan = plan_of([0, 3, 5])
    assert gc.overlap(plan, plan).jaccard == (1.0,)
    assert gc.overlap(plan, plan).chance == gc.overlap(plan, plan_of([1, 2, 4])).chance


def test_sets_may_have_different_sizes():
    found = gc.overlap(plan_of([0, 1, 2, 3]), plan_of([3, 4]))
    assert found.jaccard == (1 / 5,)
    assert found.mean_chance == pytest.approx(chance_jaccard(6, 4, 2))


@pytest.mark.parametrize(("d_ff", "k_a", "k_b"), [(5, 2, 2), (6, 4, 3), (6, 1, 5), (4, 4, 4), (7, 3, 7), (1, 1, 1)])
def test_chance_is_the_mean_over_all_pairs_of_sets(d_ff, k_a, k_b):
    neurons = range(d_ff)
    first = set(range(k_a))  # which one is fixed makes no difference
    every = [len(first & set(other)) / len(first | set(other)) for other in combinations(neurons, k_b)]
    assert chance_jaccard(d_ff, k_a, k_b) == pytest.approx(fmean(every), rel=1e-12)


@pytest.mark.parametrize(("d_ff", "density"), [(14_336, 0.5), (14_336, 0.1), (1_536, 0.9)])
def test_chance_in_wide_layers_is_just_above_the_index_of_the_mean_overlap(d_ff, density):
    k = int(d_ff * density)
    common = k * k / d_ff
    at_the_mean = common / (2 * k - common)
    chance = chance_jaccard(d_ff, k, k)
    assert at_the_mean < chance < at_the_mean * (1 + 5 / k)  # the index is convex, and the overlap hardly scatters


@pytest.mark.parametrize("sizes", [(0, 3), (3, 7), (-1, 2)])
def test_chance_of_impossible_sizes_is_refused(sizes):
    with pytest.raises(SettingsError, match="out of 6 neurons"):
        chance_jaccard(6, *sizes)


def test_plans_of_different_shapes_are_refused_with_both_shapes():
    with pytest.raises(SettingsError, match="1 layer of 6 neurons and 2 layers of 6 neurons"):
        gc.overlap(plan_of([0]), plan_of([0], [1]))
    with pytest.raises(SettingsError, match="1 layer of 6 neurons and 1 layer of 8 neurons"):
        gc.overlap(plan_of([0]), plan_of([0], d_ff=8))


def test_experts_of_two_prompts_are_those_of_their_plans_and_random_ones_come_once():
    loaded = tiny_loaded("llama")
    events = study(loaded, [("A", TOKENS), ("B", OTHER)], [GRIFFIN, RANDOM], prefill_chunk=4)
    assert isinstance(events[0], StudyStarted)
    assert (events[0].kind, events[0].steps) == ("overlap", 3)
    assert events[-1] == RunFinished(t_s=events[-1].t_s, reason="done")
    found = chosen(events)
    assert [(event.number, event.name, event.method, event.prompt_tokens) for event in found] == [
        (0, "A", "griffin", 7),
        (1, "B", "griffin", 4),
        (2, None, "random", 0),
    ]
    for event, tokens in zip(found, (TOKENS, OTHER), strict=False):
        kept = [layer.kept for layer in describe_plan(gc.make_plan(loaded, tokens), None)]
        assert [layer.kept for layer in event.layers] == kept
        assert all(0.5 < layer.score_share <= 1 for layer in event.layers)
    assert all(layer.score_share is None for layer in found[2].layers)
    assert read_back(events) == events


def test_reading_is_told_over_all_prompts_and_each_is_read_once():
    loaded = tiny_loaded("llama")
    quarter = gc.PruningSettings(density=0.25)
    events = study(loaded, [("A", TOKENS), ("B", OTHER)], [GRIFFIN, quarter], prefill_chunk=4)
    progress = [(event.what, event.done, event.total) for event in events if isinstance(event, StudyProgress)]
    assert progress == [("reading", 4, 11), ("reading", 7, 11), ("reading", 11, 11)]
    assert [(event.name, event.density) for event in chosen(events)] == [
        ("A", 0.5),
        ("A", 0.25),
        ("B", 0.5),
        ("B", 0.25),
    ]
    assert [event.layers[0].k for event in chosen(events)] == [22, 11, 22, 11]


def test_methods_that_read_no_prompt_leave_the_prompts_unread():
    events = study(tiny_loaded("llama"), [("A", TOKENS)], [RANDOM, gc.PruningSettings(method="magnitude")])
    assert [type(event) for event in events] == [StudyStarted, ExpertsChosen, ExpertsChosen, RunFinished]


def test_bad_input_is_refused_at_the_call_and_names_the_prompt():
    loaded = tiny_loaded("llama")
    with pytest.raises(PromptError, match="at least one"):
        gc.choose_experts(loaded, [], [GRIFFIN])
    with pytest.raises(SettingsError, match="no method"):
        gc.choose_experts(loaded, [("A", TOKENS)], [])
    with pytest.raises(SettingsError, match="two prompts are called 'A'"):
        gc.choose_experts(loaded, [("A", TOKENS), ("A", OTHER)], [GRIFFIN])
    with pytest.raises(SettingsError, match="unknown method"):
        gc.choose_experts(loaded, [("A", TOKENS)], [gc.PruningSettings(method="osmosis")])
    with pytest.raises(PromptError, match="the prompt 'B' must be"):
        gc.choose_experts(loaded, [("A", TOKENS), ("B", torch.empty((1, 0), dtype=torch.int64))], [GRIFFIN])
    with pytest.raises(PromptError, match="'A' holds 2"):
        gc.choose_experts(loaded, [("A", TOKENS.repeat(2, 1))], [GRIFFIN])
    with pytest.raises(SettingsError, match="prefill_chunk"):
        gc.choose_experts(loaded, [("A", TOKENS)], [GRIFFIN], prefill_chunk=0)


def test_closing_between_chunks_leaves_no_hooks_behind():
    loaded = tiny_loaded("llama")
    events = gc.choose_experts(loaded, [("A", TOKENS)], [GRIFFIN], prefill_chunk=2)
    assert [type(next(events)) for _ in range(2)] == [StudyStarted, StudyProgress]
    events.close()
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())


def test_memory_that_runs_out_is_said_in_words(monkeypatch):
    loaded = tiny_loaded("llama")

    def explode(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(loaded.model, "forward", explode)
    with pytest.raises(OutOfMemoryError, match="shorter prompt"):
        study(loaded, [("A", TOKENS)], [GRIFFIN])


def test_plans_of_a_real_shape_overlap_with_chance_when_random():
    first, second = (
        Plan(RANDOM, (LayerPlan(torch.randperm(4096, generator=seed)[:2048].sort().values, torch.zeros(4096)),))
        for seed in (torch.Generator().manual_seed(1), torch.Generator().manual_seed(2))
    )
    found = gc.overlap(first, second)
    assert math.isclose(found.mean, found.mean_chance, abs_tol=0.03)
