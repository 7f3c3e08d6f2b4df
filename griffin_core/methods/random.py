"""Random: keep any neurons. The floor that every method must beat."""

import torch
from torch import Tensor

from griffin_core.methods.method import LayerEvidence


def random_scores(evidence: LayerEvidence) -> Tensor:
    """Uniform in [0, 1), shape (d_ff,), float32; the same for the same seed."""
    return torch.rand(evidence.feed_forward.d_ff, generator=evidence.generator)
