"""The library as the README shows it to a researcher."""

import pytest
import torch

import griffin_core as gc
from griffin_core.errors import GriffinError, InputError, PromptError
from tests.tiny_models import tiny_loaded


def test_prompt_plan_pruned_model_and_race_fit_together():
    loaded = tiny_loaded("llama")
    prompt = gc.encode_prompt(loaded, "Write …", chat=True)
    plan = gc.make_plan(loaded, prompt, gc.PruningSettings(method="griffin", density=0.5))
    layer = plan.layers[2]
    assert layer.kept.dtype == torch.int64
    assert layer.kept.tolist() == sorted(set(layer.kept.tolist()))
    assert (len(layer.kept), layer.scores.shape) == (22, (44,))
    assert (plan.k, plan.effective_density) == ((22, 22, 22), 0.5)
    with gc.pruned_model(loaded, plan) as model:
        output = model.generate(prompt, max_new_tokens=3, min_new_tokens=3)
    assert output.shape == (1, prompt.shape[1] + 3)
    lanes = [gc.dense(), gc.pruned(density=0.5)]
    events = list(gc.race(loaded, prompt, lanes=lanes, max_new_tokens=3))
    assert [events[0].code, events[-1].code] == ["start", "end"]


def test_every_public_name_can_be_had_and_no_other():
    for name in gc.__all__:
        assert getattr(gc, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        gc.nonsense  # noqa: B018


def test_bad_input_is_one_family_of_exceptions():
    loaded = tiny_loaded("llama")
    for attempt in (
        lambda: gc.encode_prompt(loaded, ""),
        lambda: gc.pruned(density=0),
        lambda: gc.pruned(method="nope"),
        lambda: gc.race(loaded, torch.tensor([[1]]), max_new_tokens=0),
        lambda: gc.load_model("./no/such/folder"),
    ):
        with pytest.raises(InputError) as refused:
            attempt()
        assert isinstance(refused.value, GriffinError)


@pytest.mark.parametrize("prompt", ["Hello", [5, 6, 7], None])
@pytest.mark.parametrize("read", [
    lambda loaded, prompt: gc.race(loaded, prompt, lanes=[gc.dense()]),
    gc.sweep,
    gc.make_plan,
    lambda loaded, prompt: gc.make_plan(loaded, prompt, gc.PruningSettings(method="magnitude")),
    gc.flocking,
    gc.prompt_statistics,
    lambda loaded, prompt: gc.coverage(loaded, prompt, [5], gc.make_plan(loaded, torch.tensor([[5, 6]]))),
    lambda loaded, prompt: gc.token_quality(loaded, prompt, [5], gc.make_plan(loaded, torch.tensor([[5, 6]]))),
], ids=["race", "sweep", "plan", "magnitude", "flocking", "statistics", "coverage", "quality"])  # fmt: skip
def test_a_prompt_that_is_no_tensor_is_refused_with_the_way_to_make_one(read, prompt):
    with pytest.raises(PromptError, match=rf"got {type(prompt).__name__}\. Make one with gc\.encode_prompt"):
        read(tiny_loaded("llama"), prompt)
