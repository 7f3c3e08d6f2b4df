"""Choose the next token from logits. Knows nothing of models or lanes."""

from collections.abc import Callable

import torch
from torch import Tensor
from transformers import (
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from griffin_core.settings import SamplingSettings

_NO_HISTORY = torch.LongTensor()
"""These filters look at the logits alone; their interface asks for the tokens before as well."""

Sampler = Callable[[Tensor, int], Tensor]
"""(logits (1, vocabulary), index of the token in the answer) -> token ids (1, 1)."""


def make_sampler(settings: SamplingSettings, *, device: torch.device) -> Sampler:
    """A sampler with its own state.

    The draw depends on the seed and the token's index alone: lanes with equal logits draw equal tokens, and a
    continued answer goes on as if it had never stopped.
    """
    if settings.temperature == 0.0:
        # The first of the largest, as argmax, which takes three times as long for 16-bit numbers on a CPU.
        return lambda logits, index: logits.float().max(dim=-1, keepdim=True).indices

    filters = LogitsProcessorList([TemperatureLogitsWarper(settings.temperature)])
    if settings.top_k:
        filters.append(TopKLogitsWarper(settings.top_k))
    if settings.top_p < 1.0:
        filters.append(TopPLogitsWarper(settings.top_p))
    generator = torch.Generator(device)

    def sample(logits: Tensor, index: int) -> Tensor:
        generator.manual_seed((settings.seed * 1_000_003 + index) % 2**63)
        logits = logits.float()
        scores = filters(_NO_HISTORY, logits - logits.max())  # at most 0, so that no temperature overflows
        return torch.multinomial(scores.softmax(dim=-1), num_samples=1, generator=generator)

    return sample
