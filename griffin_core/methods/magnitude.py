"""Magnitude: keep the neurons with the largest input weights, the same for every prompt.

The static baseline of arXiv 2404.01365; decoding costs a feed-forward of width k.
"""

import torch
from torch import Tensor

from griffin_core.methods.method import LayerEvidence


def magnitude_scores(evidence: LayerEvidence) -> Tensor:
    """‖gate row j‖ · ‖up row j‖, or ‖row j‖ in a plain feed-forward, shape (d_ff,), float32."""
    norms = [rows.float().norm(dim=1) for rows in evidence.feed_forward.input_rows()]
    return torch.stack(norms).prod(dim=0)
