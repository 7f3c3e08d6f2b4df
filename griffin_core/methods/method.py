"""What a method is: a score for every neuron, and a choice of k neurons from the scores."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward
from griffin_core.prompt_stats import LayerStatistics


@dataclass(frozen=True)
class LayerEvidence:
    """All that a score may look at in one layer.

    statistics: what the prompt excited; None when no neuron was watched.
    generator: on the CPU, so that a seed draws the same neurons on every device.
    """

    feed_forward: FeedForward
    statistics: LayerStatistics | None
    generator: torch.Generator


@dataclass(frozen=True)
class Method:
    """One row of the table.

    score: evidence -> (d_ff,) float32, not negative; larger is kept first.
    select: (scores, k, generator) -> (k,) int64 neuron indices in ascending order.
    reads_prompt: whether `score` needs the prompt's statistics.
    """

    score: Callable[[LayerEvidence], Tensor]
    select: Callable[[Tensor, int, torch.Generator], Tensor]
    reads_prompt: bool = True
