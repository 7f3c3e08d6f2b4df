"""How an inspection ends before its time: closed, out of memory, interleaved with others, refused at the door."""

import gc as garbage
import weakref

import pytest
import torch
from transformers import DynamicCache

import griffin_core as gc
from griffin_core.errors import OutOfMemoryError, PromptError, SettingsError
from griffin_core.events import StudyProgress, StudyStarted, TextRead
from tests.core.activations_seen import unhooked
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_loaded

SETTINGS = gc.RunSettings(prefill_chunk=3)
TEXTS = (tuple(range(10, 30)), tuple(range(40, 60)))
EVENTS = 25


@pytest.fixture
def loaded():
    return tiny_loaded("llama")


def findings(events):
    return [event for event in events if isinstance(event, TextRead)]


def untimed(events):
    return [(event.text, event.reader, event.rank, event.kl, event.coverage) for event in findings(events)]


@pytest.mark.parametrize("steps", range(EVENTS + 1))
def test_closing_at_any_point_gives_everything_back(loaded, steps):
    expected = untimed(gc.inspect(loaded, TOKENS, SETTINGS, TEXTS))
    before = {name: tensor.clone() for name, tensor in loaded.model.state_dict().items()}
    study = gc.inspect(loaded, TOKENS, SETTINGS, TEXTS)
    for _ in range(steps):
        next(study)
        assert unhooked(loaded)
        assert not torch.is_inference_mode_enabled()
    study.close()
    assert unhooked(loaded)
    assert len(loaded.twins._idle) == 1
    assert all(torch.equal(before[name], tensor) for name, tensor in loaded.model.state_dict().items())
    assert untimed(gc.inspect(loaded, TOKENS, SETTINGS, TEXTS)) == expected


def test_an_inspection_has_as_many_events_as_were_closed_at(loaded):
    assert len(list(gc.inspect(loaded, TOKENS, SETTINGS, TEXTS))) == EVENTS


def test_closing_frees_the_caches(loaded, monkeypatch):
    caches = []
    original = DynamicCache.__init__

    def kept_in_sight(self, *args, **kwargs):
        original(self, *args, **kwargs)
        caches.append(weakref.ref(self))

    monkeypatch.setattr(DynamicCache, "__init__", kept_in_sight)
    study = gc.inspect(loaded, TOKENS, SETTINGS, TEXTS)
    while not isinstance(next(study), TextRead):
        pass
    study.close()
    garbage.collect()
    assert caches
    assert [ref() for ref in caches] == [None] * len(caches)


def test_an_inspection_between_the_steps_of_a_race_changes_neither(loaded):
    alone = [lane.token_ids for lane in lanes_of(run(loaded))], untimed(gc.inspect(loaded, TOKENS, SETTINGS, TEXTS))
    race = gc.race(loaded, TOKENS, max_new_tokens=6, ignore_eos=True)
    study = gc.inspect(loaded, TOKENS, SETTINGS, TEXTS)
    raced, found = [], []
    for event in race:
        raced.append(event)
        found += [event for event in [next(study, None)] if event]
    found += list(study)
    assert ([lane.token_ids for lane in lanes_of(raced)], untimed(found)) == alone


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("can't allocate memory")])
def test_running_out_of_memory_is_said_in_words(loaded, monkeypatch, error):
    def explode(*args, **kwargs):
        raise error

    study = gc.inspect(loaded, TOKENS, SETTINGS, TEXTS)
    assert [type(next(study)) for _ in range(2)] == [StudyStarted, StudyProgress]
    monkeypatch.setattr(loaded.model, "forward", explode)
    with pytest.raises(OutOfMemoryError, match="inspection of 2 texts after 7 tokens does not fit.*shorter prompt"):
        list(study)
    assert unhooked(loaded)


def test_bad_input_is_refused_at_the_call_before_any_event(loaded):
    with pytest.raises(SettingsError, match="got 1 for 2 lanes"):
        gc.inspect(loaded, TOKENS, SETTINGS, [(5, 6)])
    with pytest.raises(PromptError, match="the text of griffin:density=0.5 has the token id 300"):
        gc.inspect(loaded, TOKENS, SETTINGS, [(5, 6), (300,)])
    with pytest.raises(SettingsError, match=r"the text of dense has 250 tokens after 7 .* context holds 256"):
        gc.inspect(loaded, TOKENS, SETTINGS, [(5,) * 250, ()])
    with pytest.raises(PromptError, match="the prompt has the token id 300"):
        gc.inspect(loaded, torch.tensor([[300]]), SETTINGS, [(), ()])
    with pytest.raises(SettingsError, match="one by one"):
        gc.inspect(loaded, TOKENS.repeat(2, 1), SETTINGS, [(), ()])
    for layer in (3, -1):
        with pytest.raises(SettingsError, match=f"between 0 and 2, got {layer}"):
            gc.inspect(loaded, TOKENS, SETTINGS, [(), ()], layer=layer)
    missing = gc.RunSettings(lanes=(gc.parse_lane("griffin:experts=B"),))
    with pytest.raises(SettingsError, match="B"):
        gc.inspect(loaded, TOKENS, missing, [()])
