import gc as garbage
import weakref

import pytest
import torch
from accelerate.hooks import AlignDevicesHook, add_hook_to_module

import griffin_core as gc
from griffin_core.errors import ModelError, SettingsError
from griffin_core.loading import make_loaded
from griffin_core.twins import MAX_IDLE_TWINS, Twin
from tests.tiny_models import tiny_config, tiny_loaded, tiny_model

TOKENS = torch.tensor([[5, 9, 17, 33, 8]])


def plan_of(loaded, *, method="griffin", density=0.5):
    return gc.make_plan(loaded, TOKENS, gc.PruningSettings(method=method, density=density))


def test_twin_shares_everything_but_the_feed_forwards():
    loaded = tiny_loaded("llama")
    twin = Twin(loaded.model, [22] * loaded.facts.n_layers)
    host = dict(loaded.model.named_parameters())
    for name, tensor in twin.model.named_parameters():
        assert (tensor.data_ptr() == host[name].data_ptr()) == (".mlp." not in name), name


def test_refilled_twin_keeps_its_addresses_and_forgets_the_last_plan():
    loaded = tiny_loaded("llama")
    first, second = plan_of(loaded), plan_of(loaded, method="random")
    with gc.pruned_model(loaded, first) as model, torch.no_grad():
        places = [tensor.data_ptr() for tensor in model.parameters()]
        logits = model(TOKENS).logits
    with gc.pruned_model(loaded, second) as again, torch.no_grad():
        assert again is model
        assert [tensor.data_ptr() for tensor in again.parameters()] == places
        assert not torch.equal(again(TOKENS).logits, logits)
    with gc.pruned_model(loaded, first) as model, torch.no_grad():
        assert torch.equal(model(TOKENS).logits, logits)


def test_two_plans_of_one_width_run_at_the_same_time():
    loaded = tiny_loaded("llama")
    first, second = plan_of(loaded), plan_of(loaded, method="random")
    with gc.pruned_model(loaded, first) as one, gc.pruned_model(loaded, second) as other, torch.no_grad():
        assert one is not other
        assert not torch.equal(one(TOKENS).logits, other(TOKENS).logits)


def test_pruned_model_is_an_ordinary_model_that_generates():
    loaded = tiny_loaded("llama")
    with gc.pruned_model(loaded, plan_of(loaded)) as model:
        output = model.generate(TOKENS, max_new_tokens=4, min_new_tokens=4, do_sample=False)
    assert output.shape == (1, 9)


def test_only_a_few_idle_twins_are_kept():
    loaded = tiny_loaded("llama")
    models = []
    for density in (0.2, 0.4, 0.5, 0.6, 0.8, 1.0):
        with gc.pruned_model(loaded, plan_of(loaded, density=density)) as model:
            models.append(weakref.ref(model))
    del model
    garbage.collect()
    assert [ref() is not None for ref in models] == [False, False] + [True] * MAX_IDLE_TWINS


def test_compiled_or_patched_host_is_refused_since_its_twin_would_run_the_hosts_weights():
    loaded = tiny_loaded("llama")
    layer = loaded.model.model.layers[0]
    layer.forward = layer.forward
    with pytest.raises(ModelError, match="patched or hooked, and"):
        Twin(loaded.model, [22] * loaded.facts.n_layers)
    del layer.forward
    layer.compile()
    with pytest.raises(ModelError, match="compiled, patched"):
        Twin(loaded.model, [22] * loaded.facts.n_layers)


def test_hooked_host_is_refused_since_its_twin_would_keep_the_hook():
    loaded = tiny_loaded("llama")
    handle = loaded.model.model.layers[0].register_forward_hook(lambda *_: None)
    with pytest.raises(ModelError, match=r"layers\.0 was .*hooked"):
        Twin(loaded.model, [22] * loaded.facts.n_layers)
    handle.remove()
    Twin(loaded.model, [22] * loaded.facts.n_layers)


@pytest.mark.parametrize("change", ["patch", "compile", "hook"])
def test_change_of_the_model_itself_is_refused_like_one_of_its_layers(change):
    loaded = tiny_loaded("llama")
    if change == "patch":
        loaded.model.forward = loaded.model.forward
    elif change == "compile":
        loaded.model.compile()
    else:
        loaded.model.register_forward_hook(lambda *_: None)
    with pytest.raises(ModelError, match="the model was compiled, patched or hooked"):
        Twin(loaded.model, [22] * loaded.facts.n_layers)


def test_host_that_was_asked_for_its_hidden_states_can_still_be_pruned():
    clean, asked = tiny_loaded("llama"), tiny_loaded("llama")
    asked.model(TOKENS, output_hidden_states=True)  # transformers leaves its own hooks behind
    plan = plan_of(clean)
    with gc.pruned_model(clean, plan) as expected, gc.pruned_model(asked, plan) as model, torch.no_grad():
        wanted = expected(TOKENS, output_hidden_states=True).hidden_states
        found = model(TOKENS, output_hidden_states=True).hidden_states
    assert len(wanted) == len(found) == asked.facts.n_layers + 1
    assert all(torch.equal(a, b) for a, b in zip(wanted, found, strict=True))


def test_twin_that_its_borrower_hooked_does_not_meet_the_next_one():
    loaded = tiny_loaded("llama")
    with gc.pruned_model(loaded, plan_of(loaded)) as model:
        model.model.layers[0].register_forward_hook(lambda *_: pytest.fail("a hook of an earlier borrower ran"))
    with gc.pruned_model(loaded, plan_of(loaded)) as again, torch.no_grad():
        again(TOKENS)


def test_twins_that_only_wait_make_room_for_a_new_one(monkeypatch):
    loaded = tiny_loaded("llama")
    with loaded.twins.lend([10, 10, 10]):
        pass
    make, half_made = Twin.__init__, []

    def fail_once(self, host, widths):
        if not half_made:
            half_made.append(weakref.ref(self))
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        assert half_made[0]() is None, "what the failed attempt had allocated still takes up memory"
        make(self, host, widths)

    monkeypatch.setattr(Twin, "__init__", fail_once)
    with loaded.twins.lend([20, 20, 20]) as twin:
        assert twin.widths == (20, 20, 20)
        assert loaded.twins._idle == []


def test_plan_whose_layers_differ_in_width_runs_on_the_model_it_was_made_for():
    config = tiny_config("llama")
    model = tiny_model(config)
    mlp = model.model.layers[0].mlp
    for name, shape in (("gate_proj", (22, 32)), ("up_proj", (22, 32)), ("down_proj", (32, 22))):
        narrow = torch.nn.Linear(shape[1], shape[0], bias=False)
        setattr(mlp, name, narrow)
    loaded = make_loaded(model, tiny_loaded("llama").tokenizer, name="two widths")
    plan = plan_of(loaded)
    assert plan.k == (11, 22, 22)
    with gc.pruned_model(loaded, plan) as pruned, torch.no_grad():
        assert bool(pruned(TOKENS).logits.isfinite().all())


def test_host_placed_by_accelerate_gets_a_twin_of_its_own_weights():
    plain, hooked = tiny_loaded("llama"), tiny_loaded("llama")
    for layer in hooked.model.model.layers:
        add_hook_to_module(layer, AlignDevicesHook(execution_device="cpu"))
    plan = plan_of(plain)
    with gc.pruned_model(plain, plan) as expected, gc.pruned_model(hooked, plan) as model, torch.no_grad():
        assert torch.equal(model(TOKENS).logits, expected(TOKENS).logits)


def test_plan_of_another_model_is_refused_with_both_sizes():
    loaded, other = tiny_loaded("llama"), tiny_loaded("bloom")
    with (
        pytest.raises(SettingsError, match=f"of {loaded.facts.d_ff} neurons.*of {other.facts.d_ff}"),
        gc.pruned_model(other, plan_of(loaded)),
    ):
        pass
