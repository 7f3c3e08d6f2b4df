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


def unhooked(loaded):
    return not any(module._forward_pre_hooks or module._forward_hooks for module in loaded.model.modules())


def silence(loaded):
    """Make every neuron of a ReLU model say nothing."""
    for feed_forward in find_feed_forwards(loaded.model):
        for projection in feed_forward.inputs:
            projection.weight.zero_()
            projection.bias.fill_(-1.0)
