"""Every feed-forward layout on tiny random models: found, watched, sliced, raced, and the host left as it was."""

import pytest
import torch

import griffin_core as gc
from griffin_core.adapters import find_feed_forwards
from tests.tiny_models import KINDS, tiny_loaded

pytestmark = pytest.mark.parametrize("kind", KINDS)


def prompt_for(loaded, *, length=9, batch=1):
    generator = torch.Generator().manual_seed(1)
    return torch.randint(5, loaded.model.config.get_text_config().vocab_size, (batch, length), generator=generator)


def masked_logits(loaded, plan, tokens):
    """The full model with the activations of all dropped neurons set to zero."""
    handles = []
    for feed_forward, layer in zip(find_feed_forwards(loaded.model), plan.layers, strict=True):
        keep = torch.zeros(feed_forward.d_ff).index_fill(0, layer.kept, 1.0)
        handles.append(feed_forward.output.register_forward_pre_hook(lambda _, args, keep=keep: (args[0] * keep,)))
    try:
        with torch.no_grad():
            return loaded.model(tokens).logits
    finally:
        for handle in handles:
            handle.remove()


def test_statistics_equal_the_formula_on_the_activations_themselves(kind):
    loaded = tiny_loaded(kind)
    tokens = prompt_for(loaded)
    seen = {}
    handles = [
        feed_forward.output.register_forward_pre_hook(lambda _, args, i=i: seen.__setitem__(i, args[0]))
        for i, feed_forward in enumerate(find_feed_forwards(loaded.model))
    ]
    with torch.no_grad():
        loaded.model(tokens)
    for handle in handles:
        handle.remove()
    plan = gc.make_plan(loaded, tokens)
    for i, layer in enumerate(plan.layers):
        z = seen[i].flatten(0, -2).double()  # (tokens, d_ff)
        expected = (z / z.norm(dim=1, keepdim=True)).square().sum(dim=0).sqrt()
        torch.testing.assert_close(layer.scores.double(), expected, rtol=1e-4, atol=1e-6)


def test_pruned_model_equals_the_full_one_with_dropped_neurons_masked(kind):
    loaded = tiny_loaded(kind)
    tokens = prompt_for(loaded)
    plan = gc.make_plan(loaded, tokens)
    assert {len(layer.kept) for layer in plan.layers} == {loaded.facts.d_ff // 2}
    with gc.pruned_model(loaded, plan) as model, torch.no_grad():
        logits = model(tokens).logits
        full = loaded.model(tokens).logits
    torch.testing.assert_close(logits, masked_logits(loaded, plan, tokens), rtol=1e-4, atol=1e-4)
    assert not torch.allclose(logits, full, atol=1e-4)  # the twin does not run the host's weights


def test_density_1_is_bit_identical(kind):
    loaded = tiny_loaded(kind)
    tokens = prompt_for(loaded)
    plan = gc.make_plan(loaded, tokens, gc.PruningSettings(density=1.0))
    with gc.pruned_model(loaded, plan) as model, torch.no_grad():
        assert torch.equal(model(tokens).logits, loaded.model(tokens).logits)


def test_dense_lane_equals_generate_and_the_host_is_untouched(kind):
    loaded = tiny_loaded(kind)
    tokens = prompt_for(loaded)
    before = {name: tensor.clone() for name, tensor in loaded.model.state_dict().items()}
    tally = gc.RunTally()
    for event in gc.race(loaded, tokens, max_new_tokens=8, ignore_eos=True, prefill_chunk=64):
        tally.add(event)
    dense, pruned = tally.lanes()
    after = loaded.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())
    generated = loaded.model.generate(tokens, max_new_tokens=8, min_new_tokens=8, do_sample=False, eos_token_id=None)
    assert list(dense.token_ids) == generated[0, tokens.shape[1] :].tolist()
    assert dense.token_ids[0] == pruned.token_ids[0]


def test_chunked_prefill_makes_the_same_plan(kind):
    loaded = tiny_loaded(kind)
    tokens = prompt_for(loaded, length=40)  # beyond the sliding windows of those that have one
    whole = gc.make_plan(loaded, tokens, prefill_chunk=64)
    for chunk in (1, 16, 20):
        chunked = gc.make_plan(loaded, tokens, prefill_chunk=chunk)
        for a, b in zip(whole.layers, chunked.layers, strict=True):
            torch.testing.assert_close(a.scores, b.scores, rtol=1e-4, atol=1e-5)


def test_padding_does_not_vote(kind):
    loaded = tiny_loaded(kind)
    tokens = prompt_for(loaded)
    padded = torch.cat([torch.full((1, 3), 7), tokens], dim=1)
    mask = torch.tensor([[0] * 3 + [1] * tokens.shape[1]])
    plain = gc.make_plan(loaded, tokens)
    left = gc.make_plan(loaded, padded, attention_mask=mask)
    for a, b in zip(plain.layers, left.layers, strict=True):
        torch.testing.assert_close(a.scores, b.scores, rtol=1e-3, atol=1e-4)
