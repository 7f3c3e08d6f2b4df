"""Choose k neurons from scores: the strongest, or drawn in proportion. Knows nothing of where scores come from."""

import torch
from torch import Tensor


def keep_strongest(scores: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """The k largest scores, as (k,) ascending indices. Draws nothing."""
    return scores.topk(k).indices.sort().values


def draw(scores: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """k neurons drawn without replacement, each draw in proportion to the score; (k,) ascending indices."""
    return _draw(scores.cpu(), k, generator).sort().values.to(scores.device)


def keep_and_draw(scores: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """The k // 2 strongest, the others drawn from the rest in proportion to the score; (k,) ascending indices."""
    weights = scores.cpu()
    strongest = weights.topk(k // 2).indices
    rest = torch.ones_like(weights, dtype=torch.bool)
    rest[strongest] = False
    left = rest.nonzero()[:, 0]
    drawn = left[_draw(weights[left], k - len(strongest), generator)]
    return torch.cat([strongest, drawn]).sort().values.to(scores.device)


def _draw(weights: Tensor, k: int, generator: torch.Generator) -> Tensor:
    # Silent neurons have no weight, yet k may be larger than the number of those that spoke.
    floor = torch.finfo(torch.float32).tiny
    return torch.multinomial(weights.double().clamp_min(floor), k, replacement=False, generator=generator)
