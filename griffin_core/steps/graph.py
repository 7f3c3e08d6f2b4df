"""A step captured once as a CUDA graph and launched whole. Knows a model and its cache."""

import torch
from torch import Tensor
from transformers import Cache, PreTrainedModel

from griffin_core.steps.eager import forward_one
from griffin_core.steps.standing_cache import StandingCache

REHEARSALS = 3


class GraphStep:
    """Bound to the addresses of the model's weights, which may be refilled, and to a standing cache of its own.

    Raises TypeError or RuntimeError where the model cannot be captured.
    """

    path = "CUDA graph"

    def __init__(self, model: PreTrainedModel, like: Cache, *, capacity: int) -> None:
        self.cache: StandingCache = StandingCache(like, capacity=capacity)
        self._token = torch.zeros((1, 1), dtype=torch.long, device=model.device)
        side = torch.cuda.Stream(model.device)
        side.wait_stream(torch.cuda.current_stream(model.device))
        with torch.cuda.stream(side):  # libraries choose their kernels outside of the capture
            for _ in range(REHEARSALS):
                forward_one(model, self._token, self.cache)
        torch.cuda.current_stream(model.device).wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._logits = forward_one(model, self._token, self.cache)

    def begin(self, cache: Cache) -> None:
        """See `Step`."""
        self.cache.fill(cache)

    def __call__(self, token: Tensor) -> Tensor:
        """See `Step`."""
        assert self.cache.length < self.cache.capacity
        self._token.copy_(token)
        self._graph.replay()
        self.cache.advance()
        return self._logits
