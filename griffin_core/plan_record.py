"""Describe a plan small enough to send: packed bits and binned scores. Knows plans; knows nothing of who reads it."""

import base64
from collections.abc import Sequence

import torch
from torch import Tensor

from griffin_core.events import LayerChoice
from griffin_core.planning import LayerPlan, Plan
from griffin_core.prompt_stats import LayerStatistics

MAX_BINS = 1_024


def describe_plan(plan: Plan, statistics: Sequence[LayerStatistics] | None) -> tuple[LayerChoice, ...]:
    """One record a layer, first layer first."""
    return tuple(
        _describe_layer(layer, statistics[index] if statistics else None) for index, layer in enumerate(plan.layers)
    )


def _describe_layer(layer: LayerPlan, statistics: LayerStatistics | None) -> LayerChoice:
    kept, scores = layer.kept.cpu(), layer.scores.float().cpu()
    bin_width = -(-len(scores) // MAX_BINS)
    share = None
    if statistics is not None:
        votes = statistics.votes.sum(dim=0).cpu()  # (d_ff,)
        share = float(votes[kept].sum() / votes.sum().clamp_min(torch.finfo(torch.float32).tiny))
    return LayerChoice(
        k=len(kept),
        kept=_text(_packed(kept, len(scores))),
        scores=_text(_binned(scores, bin_width)),
        bin_width=bin_width,
        score_share=share,
        gini=_gini(scores),
    )


def _gini(scores: Tensor) -> float:
    """Gini coefficient of (d_ff,) scores >= 0, in 0-1; 0 for scores that are all zero."""
    ordered = scores.double().sort().values
    ranks = torch.arange(1, len(ordered) + 1, dtype=torch.float64)
    total = ordered.sum()
    if not total > 0:
        return 0.0
    return float((2 * ranks - len(ordered) - 1) @ ordered / (len(ordered) * total))


def _packed(kept: Tensor, d_ff: int) -> Tensor:
    """Bits of the kept neurons, eight to a byte, lowest bit first."""
    bits = torch.zeros(-(-d_ff // 8) * 8, dtype=torch.uint8)
    bits[kept] = 1
    return (bits.view(-1, 8) << torch.arange(8, dtype=torch.uint8)).sum(dim=1, dtype=torch.uint8)


def _binned(scores: Tensor, bin_width: int) -> Tensor:
    """Mean score of each bin as a byte, 255 for the strongest; a last bin that is not full counts what it has."""
    padded = torch.nn.functional.pad(scores, (0, -len(scores) % bin_width)).view(-1, bin_width)
    sizes = torch.full((len(padded),), float(bin_width))
    sizes[-1] -= padded.numel() - len(scores)
    means = padded.sum(dim=1) / sizes
    return (means / means.max().clamp_min(torch.finfo(torch.float32).tiny) * 255).round().to(torch.uint8)


def _text(data: Tensor) -> str:
    return base64.b64encode(bytes(data.tolist())).decode("ascii")
