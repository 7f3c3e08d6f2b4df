"""How a race ends before its time: closed, out of memory, interleaved with others, refused at the door."""

import gc as garbage
import weakref

import pytest
import torch
from transformers import DynamicCache

import griffin_core as gc
from griffin_core.errors import OutOfMemoryError, PromptError, SettingsError
from griffin_core.events import (
    PlanMade,
    PrefillProgress,
    RunStarted,
    TokenEmitted,
)
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_loaded


@pytest.fixture
def loaded():
    return tiny_loaded("llama")


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 9])
def test_closing_at_any_point_leaves_the_host_clean_and_the_next_run_equal(loaded, steps):
    expected = [lane.token_ids for lane in lanes_of(run(loaded))]
    race = gc.race(loaded, TOKENS, max_new_tokens=6, ignore_eos=True, prefill_chunk=3)
    for _ in range(steps):
        next(race)
    race.close()
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())
    assert not torch.is_inference_mode_enabled()
    assert [lane.token_ids for lane in lanes_of(run(loaded))] == expected


def test_closing_frees_the_caches_and_gives_the_twin_back(loaded, monkeypatch):
    caches = []

    def kept_in_sight(config):
        caches.append(DynamicCache(config=config))
        return caches[-1]

    monkeypatch.setattr("griffin_core.decode.DynamicCache", kept_in_sight)
    race = gc.race(loaded, TOKENS, max_new_tokens=6, ignore_eos=True)
    while not isinstance(next(race), TokenEmitted):
        pass
    refs = [weakref.ref(cache) for cache in caches]
    caches.clear()
    race.close()
    garbage.collect()
    assert refs
    assert [ref() for ref in refs] == [None] * len(refs)
    assert len(loaded.twins._idle) == 2  # one that is pruned and one that is not


def test_races_between_each_others_steps_choose_and_write_as_if_alone(loaded):
    alone = [event for event in run(loaded, prefill_chunk=2) if isinstance(event, PlanMade)]
    paused = gc.race(loaded, TOKENS, max_new_tokens=6, ignore_eos=True, prefill_chunk=2)
    assert [type(next(paused)) for _ in range(2)] == [RunStarted, PrefillProgress]
    run(loaded, TOKENS.flip(1), lanes=[gc.dense()])
    with gc.pruned_model(loaded, gc.make_plan(loaded, TOKENS)) as model:
        assert not any(module._forward_pre_hooks for module in model.modules())
    resumed = [event for event in paused if isinstance(event, PlanMade)]
    assert [plan.layers for plan in resumed] == [plan.layers for plan in alone]


def test_memory_that_runs_out_on_the_cpu_is_said_in_words(loaded, monkeypatch):
    def explode(*args, **kwargs):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")

    race = gc.race(loaded, TOKENS, max_new_tokens=4, prefill_chunk=3)
    assert [type(next(race)) for _ in range(2)] == [RunStarted, PrefillProgress]
    monkeypatch.setattr(loaded.model, "forward", explode)
    with pytest.raises(OutOfMemoryError, match="shorter prompt"):
        list(race)


def test_inference_mode_does_not_leak_between_events(loaded):
    for _ in gc.race(loaded, TOKENS, max_new_tokens=2):
        assert not torch.is_inference_mode_enabled()


def test_bad_settings_are_refused_at_the_call_before_any_event(loaded):
    with pytest.raises(SettingsError, match="at most 249"):
        gc.race(loaded, TOKENS, max_new_tokens=loaded.context)
    with pytest.raises(SettingsError, match="1 to 4 lanes, got 5"):
        gc.race(loaded, TOKENS, lanes=[gc.dense()] * 5)
    with pytest.raises(SettingsError, match="one prompt"):
        gc.race(loaded, TOKENS.repeat(2, 1))
    with pytest.raises(PromptError, match="context holds"):
        gc.race(loaded, torch.full((1, loaded.context + 1), 5))


def test_running_out_of_memory_is_said_in_words(loaded, monkeypatch):
    def explode(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    race = gc.race(loaded, TOKENS, max_new_tokens=4, prefill_chunk=3)
    assert [type(next(race)) for _ in range(2)] == [RunStarted, PrefillProgress]
    monkeypatch.setattr(loaded.model, "forward", explode)
    with pytest.raises(OutOfMemoryError, match="shorter prompt"):
        list(race)
    assert loaded.twins._idle == []  # what only waited was given up
