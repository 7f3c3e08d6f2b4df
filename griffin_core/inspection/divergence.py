"""How far one model's predictions are from another's. Knows logits only."""

import torch
from torch import Tensor


def kl_divergence(full: Tensor, other: Tensor) -> Tensor:
    """KL(full ‖ other) of every row in nats, (T,) float32, at temperature 1; both are logits, (T, vocabulary)."""
    expected, found = full.float().log_softmax(dim=-1), other.float().log_softmax(dim=-1)
    share = expected.exp()
    terms = torch.where(share > 0, share * (expected - found), 0.0)  # a token ruled out (logit -inf) adds nothing
    return terms.sum(dim=-1).clamp_min(0.0)  # rounding can put it just below zero
