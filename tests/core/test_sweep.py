import dataclasses
import gc as garbage
import weakref

import pytest
import torch
from transformers import DynamicCache

import griffin_core as gc
from griffin_core.errors import OutOfMemoryError, PromptError, SettingsError
from griffin_core.events import RunFinished, StudyProgress, StudyStarted, SweepPoint
from griffin_core.inspection.divergence import kl_divergence
from griffin_core.inspection.measuring import UNTIMED_TOKENS
from griffin_core.inspection.sweep import start_sweep
from griffin_core.metrics import byte_roofline
from griffin_core.settings import SWEPT_DENSITIES
from tests.core.on_disk import read_back
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_loaded

HALF = gc.pruned(density=0.5)
QUARTER = gc.pruned(density=0.25)
WHOLE = gc.pruned(density=1.0)


@pytest.fixture
def loaded():
    model = tiny_loaded("llama")
    model.stop_ids = frozenset()
    return model


def sweep(loaded, lanes=(HALF,), **settings):
    return list(gc.sweep(loaded, TOKENS, lanes, **{"new_tokens": 6, "timed_tokens": 3} | settings))


def points_of(events):
    return [event for event in events if isinstance(event, SweepPoint)]


def greedy_answer(loaded, tokens=6):
    return torch.tensor(lanes_of(run(loaded, lanes=[gc.dense()], max_new_tokens=tokens))[0].token_ids)


def test_a_point_comes_as_soon_as_it_is_measured_in_the_order_given(loaded):
    events = sweep(loaded, [QUARTER, gc.pruned(method="random", density=0.5), WHOLE], prefill_chunk=4)
    assert isinstance(events[0], StudyStarted)
    assert (events[0].kind, events[0].steps, events[0].model) == ("sweep", 3, loaded.facts)
    assert events[-1] == RunFinished(t_s=events[-1].t_s, reason="done")
    what = [event.what if isinstance(event, StudyProgress) else type(event).__name__ for event in events]
    one_lane = ["tokens"] + ["timing"] * (UNTIMED_TOKENS + 3) + ["SweepPoint"]
    assert what == ["StudyStarted", "reading", "reading", *["dense"] * 6, *one_lane * 3, "RunFinished"]
    names = [(point.lane, point.method, point.density) for point in points_of(events)]
    assert names == [
        ("griffin:density=0.25", "griffin", 0.25),
        ("random:density=0.5", "random", 0.5),
        ("griffin:density=1.0", "griffin", 1.0),
    ]
    times = [event.t_s for event in events]
    assert times == sorted(times)
    assert read_back(events) == events


def test_keeping_every_neuron_loses_nothing(loaded):
    (point,) = points_of(sweep(loaded, [WHOLE]))
    assert point.kl == pytest.approx(0.0, abs=1e-6)
    assert (point.top1, point.first_divergence) == (1.0, None)
    assert (point.effective_density, point.ff_bytes_share, point.byte_roofline) == (1.0, 1.0, 1.0)


def test_quality_is_that_of_one_whole_pass_over_the_full_models_answer_without_its_first_token(loaded):
    (point,) = points_of(sweep(loaded, [QUARTER], new_tokens=20))
    answer = greedy_answer(loaded, 20)
    text = torch.cat([TOKENS[0], answer])[None]
    plan = gc.make_plan(loaded, TOKENS, QUARTER.pruning)
    with torch.inference_mode(), gc.pruned_model(loaded, plan) as model:
        # The prompt is dense in every lane, so the pruned model reads on from the full model's cache.
        cache = loaded.model(TOKENS).past_key_values
        pruned = model(answer[None], past_key_values=cache).logits[0, :-1]
        full = loaded.model(text).logits[0, TOKENS.shape[1] : -1]
    equal = full.argmax(dim=-1) == pruned.argmax(dim=-1)
    assert point.tokens == 19
    assert point.kl == pytest.approx(float(kl_divergence(full, pruned).mean()), rel=1e-3)
    assert point.top1 == pytest.approx(float(equal.float().mean()))
    assert point.first_divergence == 1 + equal.tolist().index(False)
    assert 0 < point.top1 < 1


def test_bytes_and_roofline_are_those_of_the_neurons_kept_and_the_tokens_timed(loaded):
    (point,) = points_of(sweep(loaded, [QUARTER], timed_tokens=4))
    start = run(loaded, lanes=[gc.dense(), QUARTER])[0]
    warm = TOKENS.shape[1] + UNTIMED_TOKENS - 1
    expected = byte_roofline(*start.lanes, start.kv, prompt_tokens=warm, new_tokens=5)
    assert point.ff_bytes_share == pytest.approx(11 / 44)
    assert point.effective_density == pytest.approx(11 / 44)
    assert point.k == (11, 11, 11)
    assert point.byte_roofline == pytest.approx(expected)


def test_speed_is_the_ratio_of_mean_times_of_tokens_decoded_by_turns(loaded, monkeypatch):
    sweep(loaded, [HALF])  # rehearsed
    readings = iter(range(10_000))
    spans = []

    def now_s(device):
        # The n-th span takes n ms, whoever runs it.
        number = next(readings)
        spans.append(number)
        return sum(range(number // 2 + 1)) / 1000 + (number % 2) * (number // 2 + 1) / 1000

    monkeypatch.setattr("griffin_core.timing.now_s", now_s)
    (point,) = points_of(sweep(loaded, [HALF], timed_tokens=2, prefill_chunk=100))
    # Spans 7 to 10 are timed. Turns: 1 full, 2 lane, 3 lane, 4 full, 5 full, 6 lane, 7 lane, 8 full, 9 full, 10 lane.
    assert len(spans) == 2 * 2 * (UNTIMED_TOKENS + 2)
    assert point.dense_tpot_ms == pytest.approx((8 + 9) / 2)
    assert point.tpot_ms == pytest.approx((7 + 10) / 2)
    assert point.speedup == pytest.approx(1.0)
    assert point.speedup_low < 1 < point.speedup_high


def test_speed_can_be_left_out(loaded):
    events = sweep(loaded, [HALF], timed_tokens=0)
    (point,) = points_of(events)
    speed = (point.tpot_ms, point.dense_tpot_ms, point.speedup, point.speedup_low, point.speedup_high)
    assert speed == (None,) * 5
    assert point.kl > 0
    assert not any(isinstance(event, StudyProgress) and event.what == "timing" for event in events)


def test_an_answer_that_ends_early_is_judged_on_what_there_is(loaded):
    answer = greedy_answer(loaded).tolist()
    end = next(index for index in range(1, 6) if answer[index] not in answer[:index])
    loaded.stop_ids = frozenset({answer[end]})
    (point,) = points_of(sweep(loaded))
    assert point.tokens == end
    assert point.tpot_ms is not None  # the clock runs on past the end of text


def test_an_answer_that_ends_at_once_is_said_in_words(loaded):
    loaded.stop_ids = frozenset({int(greedy_answer(loaded)[0])})
    with pytest.raises(PromptError, match="ends its answer"):
        sweep(loaded)


def test_default_lanes_are_falling_densities_of_griffin(loaded):
    start = next(gc.sweep(loaded, TOKENS))
    assert start.steps == len(SWEPT_DENSITIES) == 7
    names = [lane.name for lane in gc.SweepSettings().lanes]
    assert names == [f"griffin:density={density}" for density in (0.9, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2)]


def test_equal_seeds_give_equal_points_and_a_seed_of_the_lane_goes_first(loaded):
    lanes = [gc.pruned(method="random"), gc.pruned(method="random", seed=5)]
    first, again, other = ([point.kl for point in points_of(sweep(loaded, lanes, seed=seed))] for seed in (1, 1, 5))
    assert first == again
    assert first[0] != first[1] == other[0] == other[1]


def test_a_lane_given_twice_has_two_names(loaded):
    points = points_of(sweep(loaded, [HALF, HALF]))
    assert [point.lane for point in points] == ["griffin:density=0.5", "griffin:density=0.5#2"]
    assert points[0].kl == points[1].kl


@pytest.mark.parametrize(
    ("lanes", "settings", "said"),
    [
        ([HALF] * 100, {}, "at most 32 points, got 100"),
        ([], {}, "got none"),
        ([gc.dense()], {}, "the lane dense"),
        ([gc.pruned(experts="shuffled")], {}, "experts=shuffled"),
        ([gc.LaneSettings(pruning=gc.PruningSettings(method="osmosis"))], {}, "unknown method"),
        ([HALF], {"new_tokens": 1}, "new_tokens must be between 2"),
        ([HALF], {"timed_tokens": -1}, "timed_tokens must be between 0"),
        ([HALF], {"seed": -1}, "seed must be between 0"),
        ([HALF], {"prefill_chunk": 0}, "prefill_chunk must be between 1"),
        ([HALF], {"new_tokens": 250}, "new_tokens 250 does not fit.*at most 249"),
        ([HALF], {"timed_tokens": 247}, "timed_tokens 247 does not fit.*at most 246"),
    ],
)
def test_bad_settings_are_refused_at_the_call(loaded, lanes, settings, said):
    with pytest.raises(SettingsError, match=said):
        gc.sweep(loaded, TOKENS, lanes, **settings)


def test_the_longest_sweep_that_fits_runs(loaded):
    loaded.facts = dataclasses.replace(loaded.facts, context=TOKENS.shape[1] + 12)
    with pytest.raises(SettingsError, match="at most 12"):
        sweep(loaded, new_tokens=13)
    with pytest.raises(SettingsError, match="at most 9"):
        sweep(loaded, timed_tokens=10)
    (point,) = points_of(sweep(loaded, timed_tokens=9, new_tokens=12))
    assert point.tokens == 11


def test_several_prompts_at_once_and_none_are_refused(loaded):
    with pytest.raises(SettingsError, match="got 2 at once"):
        gc.sweep(loaded, TOKENS.repeat(2, 1))
    with pytest.raises(PromptError):
        start_sweep(loaded, TOKENS[:, :0], gc.SweepSettings())


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 9, 11, 14, 17])
def test_closing_at_any_point_gives_everything_back(loaded, monkeypatch, steps):
    expected = [point.kl for point in points_of(sweep(loaded, [HALF, QUARTER]))]
    caches, before = [], list(loaded.twins._idle)

    def kept_in_sight(config):
        caches.append(weakref.ref(cache := DynamicCache(config=config)))
        return cache

    monkeypatch.setattr("griffin_core.decode.DynamicCache", kept_in_sight)
    events = gc.sweep(loaded, TOKENS, [HALF, QUARTER], new_tokens=6, timed_tokens=3, prefill_chunk=4)
    for _ in range(steps):
        next(events)
    events.close()
    garbage.collect()
    assert [cache() for cache in caches] == [None] * len(caches)
    assert loaded.twins._idle == before  # a sweep keeps no twin, and takes none away
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())
    assert not torch.is_inference_mode_enabled()
    assert [point.kl for point in points_of(sweep(loaded, [HALF, QUARTER]))] == expected


def test_memory_that_runs_out_is_said_in_words(loaded, monkeypatch):
    def explode(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    events = gc.sweep(loaded, TOKENS, [HALF])
    assert isinstance(next(events), StudyStarted)
    monkeypatch.setattr(loaded.model, "forward", explode)
    with pytest.raises(OutOfMemoryError, match="shorter prompt"):
        list(events)


PARETO = [
    ([(0.5, 1.0), (0.9, 0.5), (0.2, 3.0)], [0, 1, 2]),
    ([(0.5, 1.0), (0.6, 1.0), (0.5, 2.0)], [0]),
    ([(0.5, 1.0), (0.5, 1.0), (0.4, 1.5)], [0, 1, 2]),
    ([(0.5, 1.0), (0.4, 0.5), (0.4, float("nan"))], [1]),
    ([(0.9, 0.0), (0.8, 0.0), (0.7, 0.0)], [2]),
    ([], []),
]


@pytest.mark.parametrize(("points", "best"), PARETO)
def test_a_point_is_on_the_line_unless_another_is_better(points, best):
    assert gc.pareto(points) == best


def test_the_line_is_what_comparing_every_pair_gives():
    numbers = torch.randint(0, 8, (40, 2), generator=torch.Generator().manual_seed(0)).tolist()
    points = [(float(cost), float(loss)) for cost, loss in numbers]
    unbeaten = [
        index
        for index, (cost, loss) in enumerate(points)
        if not any((c <= cost and q <= loss) and (c < cost or q < loss) for c, q in points)
    ]
    assert gc.pareto(points) == unbeaten
