"""Read from a running prefill how strongly each neuron answers the prompt. Knows hooks; knows no method.

The GRIFFIN statistic (Dong, Chen & Chi, arXiv 2404.01365): z_t, the activations that enter the output projection at
token t, are scaled to unit length and their squares added up over the tokens. Each token so has one vote to
share among the neurons; votes add up over chunks and turns, and all of them together count the tokens.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from griffin_core.adapters import FeedForward
from griffin_core.kernels import count_votes
from griffin_core.timing import SpanTimer


@dataclass(frozen=True)
class LayerStatistics:
    """What one layer's neurons did over a prompt.

    votes: (batch, d_ff) float32, sum over tokens of (z_tj / ‖z_t‖)².
    tokens: (batch,) float32, tokens that voted; rows of zeros and padding do not.
    """

    votes: Tensor
    tokens: Tensor


class PromptStatistics:
    """Running sums over a prefill, layer by layer. Holds (batch, d_ff) floats a layer, never the activations."""

    def __init__(self, feed_forwards: Sequence[FeedForward], *, batch: int, device: torch.device) -> None:
        self.timer = SpanTimer(device)
        self._feed_forwards = feed_forwards
        self._batch = batch
        self._mask: Tensor | None = None
        self._votes: list[Tensor | None] = [None] * len(feed_forwards)
        self._tokens: list[Tensor | None] = [None] * len(feed_forwards)

    @contextmanager
    def watching(self, mask: Tensor | None = None) -> Iterator[None]:
        """Count the forward pass of one chunk; the hooks are gone after it.

        One chunk and no more: between two of them others may use the model, and their activations are no vote.
        mask: (batch, chunk) of 0 and 1, which positions are real tokens; None: all.
        """
        self._mask = mask
        handles: list[RemovableHandle] = []
        try:
            for layer, feed_forward in enumerate(self._feed_forwards):
                handles.append(feed_forward.output.register_forward_pre_hook(_counting_hook(self, layer)))
            yield
        finally:
            for handle in handles:
                handle.remove()

    def add(self, layer: int, z: Tensor) -> None:
        """Count one chunk of one layer: z is (batch, chunk, d_ff), or flattened to (batch · chunk, d_ff)."""
        z = z.detach().reshape(self._batch, -1, z.shape[-1])  # (batch, chunk, d_ff)
        mask = None if self._mask is None else self._mask.to(z.device, torch.float32)
        votes, tokens = count_votes(z, mask) or _count_votes(z, mask)
        seen, counted = self._votes[layer], self._tokens[layer]
        self._votes[layer] = votes if seen is None else seen + votes
        self._tokens[layer] = tokens if counted is None else counted + tokens

    def layers(self) -> list[LayerStatistics]:
        """The sums so far. A layer that saw nothing means that its projection was never called."""
        layers = []
        for index, (votes, tokens) in enumerate(zip(self._votes, self._tokens, strict=True)):
            if votes is None or tokens is None:
                raise RuntimeError(f"layer {index}: the output projection was not called during the prefill")
            layers.append(LayerStatistics(votes, tokens))
        return layers


def _count_votes(z: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Votes, (batch, d_ff), and tokens that voted, (batch,), of a chunk; mask: (batch, chunk)."""
    squares = z.float().square()
    energy = squares.sum(dim=-1)  # (batch, chunk): ‖z_t‖²
    counts = (energy > 0).float()
    if mask is not None:
        counts = counts * mask
    share = counts / energy.clamp_min(torch.finfo(torch.float32).tiny)
    return (share[:, None, :] @ squares)[:, 0], counts.sum(dim=-1)


def _counting_hook(statistics: PromptStatistics, layer: int) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def count(module: nn.Module, args: tuple[Tensor, ...]) -> None:
        with statistics.timer.span(args[0].device):
            statistics.add(layer, args[0])

    return count
