"""A step captured once as a CUDA graph and launched whole. Knows a model and its cache."""

import torch
from torch import Tensor
from transformers import Cache, PreTrainedModel

from griffin_core.memory import ran_out_of_memory
from griffin_core.steps.eager import forward_one
from griffin_core.steps.standing_cache import StandingCache
from griffin_core.steps.step import NotRecordableError
from griffin_core.steps.tape import record

REHEARSALS = 3


class GraphStep:
    """Bound to the addresses of the model's weights, which may be refilled, and to a standing cache of its own.

    Raises NotRecordableError where the model cannot be captured.
    """

    path = "CUDA graph"

    def __init__(self, model: PreTrainedModel, like: Cache, *, capacity: int) -> None:
        self.cache: StandingCache = StandingCache(like, capacity=capacity)
        self._token = torch.zeros((1, 1), dtype=torch.long, device=model.device)
        self._model = model  # its weights must live as long as their addresses are used
        # A capture that breaks off may spoil the device for the whole process; recording tells beforehand.
        record(self._forward, changing=[self._token, self.cache.position])
        with torch.cuda.device(model.device):
            self._capture()

    def _capture(self) -> None:
        device = self._model.device
        side = torch.cuda.Stream(device)
        side.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(side):  # libraries choose their kernels outside of the capture
            for _ in range(REHEARSALS):
                self._forward()
        torch.cuda.current_stream(device).wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(self._graph):
                self._logits = self._forward()
        except RuntimeError as error:
            if ran_out_of_memory(error):
                raise
            raise NotRecordableError(f"it could not be captured: {str(error).splitlines()[0]}") from error

    def _forward(self) -> Tensor:
        return forward_one(self._model, self._token, self.cache)

    def begin(self, cache: Cache) -> None:
        """See `Step`."""
        self.cache.fill(cache)

    def __call__(self, token: Tensor) -> Tensor:
        """See `Step`."""
        self.cache.check_room()
        self._token.copy_(token)
        self._graph.replay()
        self.cache.advance()
        return self._logits
