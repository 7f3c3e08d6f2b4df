"""Every way to decode a token gives what the model's own forward gives, and says which it was."""

import pytest
import torch
from torch import Tensor

import griffin_core as gc
from griffin_core.decode import Prefilled, last, prefill
from griffin_core.kernels import find_library
from griffin_core.loading import LoadedModel
from griffin_core.steps import EagerStep, Steps
from griffin_core.steps import choice as choosing
from griffin_core.steps import recorded as recording
from griffin_core.steps.choice import SMALLEST_ROOM
from griffin_core.steps.recorded import RecordedStep
from griffin_core.steps.step import NotRecordableError
from griffin_core.steps.tape import record
from griffin_core.twins import Twin
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import KINDS, tiny_loaded

LOOK_INTO_TENSORS = {"gpt2", "opt"}
ANSWER = (5, 77, 30, 5)


def read(loaded: LoadedModel, tokens: Tensor = TOKENS) -> Prefilled:
    return last(prefill(loaded.model, tokens, chunk=64))


def logits_of(step, cache, answer=ANSWER) -> Tensor:
    step.begin(cache)
    return torch.cat([step(torch.tensor([[token]])).clone() for token in answer])


@pytest.fixture
def without_kernels(monkeypatch):
    monkeypatch.setattr(recording, "find_library", lambda: None)
    monkeypatch.setattr(recording, "why_missing", lambda: "switched off")


@pytest.mark.parametrize("kind", KINDS)
def test_the_step_chosen_gives_the_models_own_logits(kind):
    loaded = tiny_loaded(kind)
    cache = read(loaded).cache
    step = Steps(loaded.model).with_room(20, cache)
    assert step.path.startswith("eager (the model looks into a tensor" if kind in LOOK_INTO_TENSORS else "recorded")
    expected = logits_of(EagerStep(loaded.model), cache)
    torch.testing.assert_close(logits_of(step, cache), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - LOOK_INTO_TENSORS))
@pytest.mark.usefixtures("without_kernels")
def test_without_own_kernels_the_operators_themselves_run_again(kind):
    loaded = tiny_loaded(kind)
    cache = read(loaded).cache
    step = Steps(loaded.model).with_room(20, cache)
    assert step.path == "recorded, torch's kernels (switched off)"
    expected = logits_of(EagerStep(loaded.model), cache)
    torch.testing.assert_close(logits_of(step, cache), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_steps_of_short_types_stay_close(dtype):
    loaded = tiny_loaded("llama")
    loaded.model.to(getattr(torch, dtype))
    cache = read(loaded).cache
    step = Steps(loaded.model).with_room(20, cache)
    assert step.path.startswith("recorded")
    found, expected = (logits_of(one, cache).float() for one in (step, EagerStep(loaded.model)))
    assert (found - expected).abs().max() <= 0.05 * expected.abs().max()


@pytest.mark.parametrize("kind", ["mistral", "gemma3_text"])
def test_a_sliding_window_is_left_behind_as_in_the_model(kind):
    loaded = tiny_loaded(kind)  # sees 16 positions
    prompt = torch.arange(3, 16)[None]  # less than the window, then more than it
    cache = read(loaded, prompt).cache
    answer = tuple(range(40, 60))
    step = Steps(loaded.model).with_room(40, cache)
    assert step.path.startswith("recorded")
    expected = logits_of(EagerStep(loaded.model), cache, answer)
    torch.testing.assert_close(logits_of(step, cache, answer), expected, rtol=1e-4, atol=1e-5)


def test_a_prompt_longer_than_the_window_is_taken_over():
    loaded = tiny_loaded("mistral")
    cache = read(loaded, torch.arange(3, 43)[None]).cache
    step = Steps(loaded.model).with_room(60, cache)
    expected = logits_of(EagerStep(loaded.model), cache)
    torch.testing.assert_close(logits_of(step, cache), expected, rtol=1e-4, atol=1e-5)


def test_a_step_goes_on_with_the_next_prompt_and_leaves_caches_alone():
    loaded = tiny_loaded("llama")
    one, other = read(loaded).cache, read(loaded, torch.tensor([[9, 8, 7]])).cache
    steps = Steps(loaded.model)
    step = steps.with_room(20, one)
    before = logits_of(step, one)
    assert steps.with_room(30, other) is step  # nothing is recorded again
    torch.testing.assert_close(logits_of(step, other), logits_of(EagerStep(loaded.model), other), rtol=1e-4, atol=1e-5)
    assert torch.equal(logits_of(step, one), before)
    assert one.get_seq_length() == TOKENS.shape[1]


def test_a_recorded_twin_follows_its_refilled_weights():
    loaded = tiny_loaded("llama")
    cache = read(loaded).cache
    twin = Twin(loaded.model, [10, 10, 10])
    twin.refill([torch.arange(10)] * 3)
    step = twin.steps.with_room(20, cache)
    first = logits_of(step, cache)
    twin.refill([torch.arange(20, 30)] * 3)
    found = logits_of(step, cache)
    assert not torch.allclose(found, first)
    torch.testing.assert_close(found, logits_of(EagerStep(twin.model), cache), rtol=1e-4, atol=1e-5)


def test_all_neurons_kept_are_the_dense_model_to_the_last_bit():
    loaded = tiny_loaded("llama")
    cache = read(loaded).cache
    twin = Twin(loaded.model, [loaded.facts.d_ff] * 3)
    twin.refill([torch.arange(loaded.facts.d_ff)] * 3)
    with loaded.twins.lend_whole() as whole:
        dense, pruned = (steps.with_room(20, cache) for steps in (whole, twin.steps))
    assert dense.path == pruned.path
    assert torch.equal(logits_of(dense, cache), logits_of(pruned, cache))


def test_lanes_say_how_they_decoded():
    loaded = tiny_loaded("llama")
    expected = "recorded, own kernels" if find_library() else "recorded, torch's kernels"
    assert all(lane.step.startswith(expected) for lane in lanes_of(run(loaded)))
    assert all(lane.step.startswith("eager (") for lane in lanes_of(run(tiny_loaded("gpt2"))))


def test_a_step_that_gives_something_else_is_not_used(monkeypatch):
    loaded = tiny_loaded("llama")
    cache = read(loaded).cache
    honest = RecordedStep.__call__
    monkeypatch.setattr(RecordedStep, "__call__", lambda step, token: honest(step, token) * 1.1)
    step = Steps(loaded.model).with_room(20, cache)
    assert step.path == "eager (the recorded step gave other logits than the model)"
    torch.testing.assert_close(logits_of(step, cache), logits_of(EagerStep(loaded.model), cache))


def test_a_step_that_forgets_its_position_is_not_used(monkeypatch):
    loaded = tiny_loaded("llama")
    monkeypatch.setattr("griffin_core.steps.standing_cache.StandingCache.advance", lambda cache: None)
    assert Steps(loaded.model).with_room(20, read(loaded).cache).path.startswith("eager (the recorded step")


def test_no_memory_for_a_recorded_step_decodes_without(monkeypatch):
    def full(*args: object, **kwargs: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    loaded = tiny_loaded("llama")
    monkeypatch.setattr(choosing, "RecordedStep", full)
    steps = Steps(loaded.model)
    assert steps.with_room(20, read(loaded).cache).path == "eager (no memory for more)"
    monkeypatch.undo()
    assert steps.with_room(20, read(loaded).cache).path.startswith("recorded")  # memory may be there next time


def test_other_errors_are_not_hidden(monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something else")

    loaded = tiny_loaded("llama")
    monkeypatch.setattr(choosing, "RecordedStep", broken)
    with pytest.raises(RuntimeError, match="something else"):
        Steps(loaded.model).with_room(20, read(loaded).cache)


def test_rooms_grow_by_doubling_and_the_last_is_kept():
    loaded = tiny_loaded("llama")
    cache = read(loaded).cache
    steps = Steps(loaded.model)
    made = [steps.with_room(length, cache) for length in (1, 254, 255, 1000)]  # two more for the check
    assert [step.cache.capacity for step in made] == [SMALLEST_ROOM, SMALLEST_ROOM, 512, 1024]
    assert made[0] is made[1]
    assert steps.with_room(800, cache) is made[-1]


@pytest.mark.parametrize("length", [254, 255])
def test_a_prompt_that_fills_a_room_or_the_context_is_decoded(length):
    loaded = tiny_loaded("llama")  # its context holds 256
    prompt = torch.arange(length)[None] % 250
    (lane,) = lanes_of(gc.race(loaded, prompt, lanes=[gc.dense()], max_new_tokens=256 - length, ignore_eos=True))
    assert len(lane.token_ids) == 256 - length
    assert lane.step.startswith("recorded")


def test_a_full_cache_is_not_written_past_its_end():
    loaded = tiny_loaded("llama")
    step = Steps(loaded.model).with_room(20, read(loaded).cache)
    for _ in range(SMALLEST_ROOM - TOKENS.shape[1]):
        step(torch.tensor([[5]]))
    with pytest.raises(IndexError, match="room for 256"):
        step(torch.tensor([[5]]))


def test_what_an_earlier_text_left_behind_does_no_harm():
    loaded = tiny_loaded("llama")
    cache = read(loaded).cache
    steps = Steps(loaded.model)
    step = steps.with_room(20, cache)
    before = logits_of(step, cache)
    for layer in step.cache.layers:
        layer.keys[:, :, 30:], layer.values[:, :, 30:] = torch.inf, torch.nan
    assert torch.equal(logits_of(step, cache), before)


def test_a_model_with_other_weights_is_recorded_again():
    loaded = tiny_loaded("llama")
    run(loaded)
    with torch.no_grad():
        for weight in loaded.model.parameters():
            weight.data = weight.data * 0.5
    loaded.model.lm_head.weight = torch.nn.Parameter(loaded.model.lm_head.weight.flip(0), requires_grad=False)
    found = [lane.token_ids for lane in lanes_of(run(loaded))]
    loaded.twins.clear()
    assert found == [lane.token_ids for lane in lanes_of(run(loaded))]


@pytest.mark.parametrize("kind", ["llama", "gemma"])
def test_weights_changed_in_place_are_followed(kind):
    loaded = tiny_loaded(kind)
    cache = read(loaded).cache
    step = Steps(loaded.model).with_room(20, cache)
    with torch.no_grad():
        loaded.model.model.norm.weight.mul_(3).add_(1)
    torch.testing.assert_close(logits_of(step, cache), logits_of(EagerStep(loaded.model), cache), rtol=1e-4, atol=1e-5)


def test_a_type_or_a_mode_that_cannot_be_recorded_decodes_eagerly():
    loaded = tiny_loaded("llama")
    loaded.model.double()
    assert {lane.step for lane in lanes_of(run(loaded))} == {"eager (nobody knows how exact torch.float64 is)"}
    loaded = tiny_loaded("llama")
    with torch.autocast("cpu", torch.bfloat16):
        assert all(lane.step.startswith("eager (it fails") for lane in lanes_of(run(loaded)))


def test_python_that_asks_a_tensor_is_refused():
    switch, out = torch.ones(()), torch.zeros(3)

    def asks():
        return out + 1 if switch else out - 1

    def shapes():
        return torch.narrow(out, 0, switch.long(), 1)

    for function in (asks, shapes):
        with torch.inference_mode(), pytest.raises(NotRecordableError, match="looks into a tensor"):
            record(function, changing=[switch])


def test_lanes_decode_alike_or_all_eagerly(monkeypatch):
    loaded = tiny_loaded("llama")
    honest = RecordedStep.__init__

    def only_whole(step, model, *args, **kwargs):
        if model.model.layers[0].mlp.down_proj.in_features < loaded.facts.d_ff:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        honest(step, model, *args, **kwargs)

    monkeypatch.setattr(RecordedStep, "__init__", only_whole)
    lanes = lanes_of(run(loaded))
    assert {lane.step for lane in lanes} == {"eager (as another lane: eager (no memory for more))"}


def test_a_hooked_model_decodes_as_it_is_and_says_so():
    loaded = tiny_loaded("llama")
    handle = loaded.model.model.layers[0].register_forward_hook(lambda module, args, output: None)
    (lane,) = lanes_of(gc.race(loaded, TOKENS, lanes=[gc.dense()], max_new_tokens=3))
    handle.remove()
    assert lane.step == "eager (the model was compiled, patched or hooked)"
