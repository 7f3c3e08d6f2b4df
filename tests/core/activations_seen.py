"""The activations themselves, read in one whole pass: what the studies are held against."""

import torch

from griffin_core.adapters import find_feed_forwards


@torch.inference_mode()
def whole_pass(model, tokens):
    """Every layer's z, (S, d_ff) float64, and the logits, (S, vocabulary), of tokens (1, S)."""
    seen = []
    handles = [
        feed_forward.output.register_forward_pre_hook(lambda _, args: seen.append(args[0].flatten(0, -2).double()))
        for feed_forward in find_feed_forwards(model)
    ]
    try:
        return seen, model(tokens).logits[0]
    finally:
        for handle in handles:
            handle.remove()


@torch.inference_mode()
def masked_pass(model, tokens, kept, *, start):
    """Logits, (S, vocabulary), of one whole pass over tokens (1, S) in which neurons not kept are silent from `start`.

    kept: indices of each layer's neurons. What the pruned model computes, without a cache, slices or chunks.
    """
    handles = []
    for feed_forward, indices in zip(find_feed_forwards(model), kept, strict=True):
        keep = torch.ones(tokens.shape[1], feed_forward.d_ff)
        keep[start:] = torch.zeros(feed_forward.d_ff).index_fill(0, indices, 1.0)
        handles.append(
            feed_forward.output.register_forward_pre_hook(
                lambda _, args, keep=keep: ((args[0].flatten(0, -2) * keep).view_as(args[0]),)
            )
        )
    try:
        return model(tokens).logits[0]
    finally:
        for handle in handles:
            handle.remove()


def unhooked(loaded):
    return not any(module._forward_pre_hooks or module._forward_hooks for module in loaded.model.modules())


def silence(loaded):
    """Make every neuron of a ReLU model say nothing."""
    for feed_forward in find_feed_forwards(loaded.model):
        for projection in feed_forward.inputs:
            projection.weight.zero_()
            projection.bias.fill_(-1.0)
