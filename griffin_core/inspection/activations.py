"""Look at z, what the feed-forwards hand to their output projections. Knows hooks and rows of z; knows no text.

z_t is the paper's activation of token t (Dong, Chen & Chi, arXiv 2404.01365). Flocking is seen in its relative
activations |z_t| / ‖z_t‖: tokens of one text excite the same neurons, however loud each token is.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations_with_replacement
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from griffin_core.adapters import FeedForward
from griffin_core.chance import chance_jaccard

Step = TypeVar("Step")
Look = Callable[[int, Tensor], None]
"""(layer, z (T, d_ff) in the model's dtype) -> nothing; called once a layer in every step."""
_TINY = torch.finfo(torch.float32).tiny


@contextmanager
def watching(feed_forwards: Sequence[FeedForward], *looks: Look) -> Iterator[None]:
    """Inside, show `looks` every layer's z of one text; the hooks are gone after it.

    Put it around one step and no more: between two steps others may use the model.
    """
    handles: list[RemovableHandle] = []
    try:
        for layer, feed_forward in enumerate(feed_forwards):
            handles += [feed_forward.output.register_forward_pre_hook(_showing_hook(look, layer)) for look in looks]
        yield
    finally:
        for handle in handles:
            handle.remove()


def watched(steps: Iterator[Step], feed_forwards: Sequence[FeedForward], *looks: Look) -> Iterator[Step]:
    """The same steps of a model, each seen by `looks`; no hook stays while the caller holds a result."""
    while True:
        with watching(feed_forwards, *looks):
            result = next(steps, None)
        if result is None:
            return
        yield result


def relative_activations(z: Tensor) -> Tensor:
    """|z_tj| / ‖z_t‖ for z of shape (T, d_ff), in float32; a row of zeros stays zeros."""
    sizes = _scaled(z).abs()
    norms: Tensor = torch.linalg.vector_norm(sizes, dim=1, keepdim=True)
    return sizes / norms.clamp_min(_TINY)


def top_sets(z: Tensor, k: int) -> Tensor:
    """Each token's k neurons of largest |z_tj|, as (T, d_ff) booleans.

    A silent neuron is in no set: after a ReLU fewer than k may speak, and which zeros come first means nothing.
    """
    strongest = z.abs().topk(k, dim=1).indices
    sets = torch.zeros_like(z, dtype=torch.bool).scatter_(1, strongest, True)
    return sets & (z != 0)


def mean_jaccard(sets: Tensor) -> float:
    """Mean Jaccard index over all pairs of rows of `sets`, (n, d_ff) booleans; 0 where fewer than two are not empty.

    A silent token has an empty set, which says nothing about flocking: it is left out.
    """
    members = sets[sets.any(dim=1)].float()
    n = len(members)
    if n < 2:
        return 0.0
    both = members @ members.T  # (n, n): size of the intersection
    sizes = members.sum(dim=1)
    index = both / (sizes[:, None] + sizes - both)
    return float(index.triu(diagonal=1).sum() * 2 / (n * (n - 1)))


def mean_chance(sets: Tensor) -> float:
    """What `mean_jaccard` would be on average for random sets of these sizes, among the neurons of a row."""
    sizes = sets.sum(dim=1)
    counts = Counter(sizes[sizes > 0].tolist())
    pairs = [
        (a, b, counts[a] * (counts[a] - 1) / 2 if a == b else counts[a] * counts[b])
        for a, b in combinations_with_replacement(counts, 2)
    ]
    total = sum(weight for _, _, weight in pairs)
    if not total:
        return 0.0
    return sum(weight * chance_jaccard(sets.shape[1], a, b) for a, b, weight in pairs if weight) / total


def covered_shares(z: Tensor, kept: Tensor) -> Tensor:
    """Share of every token's squared activations that lies on kept neurons: (T, n) float32 in 0-1.

    z: (T, d_ff). kept: (d_ff, n) float32 of 0 and 1, one column a choice of neurons. A row of zeros counts as 1.
    """
    squares = _scaled(z).square()
    covered = squares @ kept
    energy = covered + squares @ (1.0 - kept)  # not a sum over squares: where all are kept the share is exactly 1
    return torch.where(energy > 0, covered / energy.clamp_min(_TINY), 1.0)


def _scaled(z: Tensor) -> Tensor:
    """Rows of z in float32 with a largest entry of size 1, so that squares neither vanish nor overflow."""
    z = z.float()
    return z / z.abs().amax(dim=1, keepdim=True).clamp_min(_TINY)


def _showing_hook(look: Look, layer: int) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def show(module: nn.Module, args: tuple[Tensor, ...]) -> None:
        look(layer, args[0].detach().flatten(0, -2))

    return show
