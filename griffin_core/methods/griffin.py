"""GRIFFIN: keep the neurons that the prompt excites relative to the others (arXiv 2404.01365, section 4)."""

from torch import Tensor

from griffin_core.methods.method import LayerEvidence


def griffin_scores(evidence: LayerEvidence) -> Tensor:
    """s_j = sqrt(Σ_t (z_tj / ‖z_t‖)²), shape (d_ff,), float32. Decoding costs a feed-forward of width k.

    Several prompts share one set: each sequence's scores are divided by the root of its length, so that a
    long one does not outvote a short one, and added.
    """
    statistics = evidence.statistics
    assert statistics is not None  # a method that reads the prompt is given its statistics
    scores = statistics.votes.sqrt()  # (batch, d_ff)
    if len(scores) == 1:
        return scores[0]
    return (scores / statistics.tokens.clamp_min(1.0).sqrt()[:, None]).sum(dim=0)
