"""A step recorded once on the CPU and run again without Python between its operators. Knows a model and its cache."""

import torch
from torch import Tensor
from transformers import Cache, PreTrainedModel

from griffin_core.kernels import find_library, why_missing
from griffin_core.steps.eager import forward_one
from griffin_core.steps.lowering import Run, lower
from griffin_core.steps.standing_cache import StandingCache
from griffin_core.steps.tape import record


class RecordedStep:
    """Bound to the addresses of the model's weights, which may be refilled, and to a standing cache of its own.

    Raises NotRecordableError where the model cannot be recorded.
    """

    def __init__(self, model: PreTrainedModel, like: Cache, *, capacity: int) -> None:
        has_kernels = find_library() is not None
        self.path = "recorded, own kernels" if has_kernels else f"recorded, torch's kernels ({why_missing()})"
        self.cache: StandingCache = StandingCache(like, capacity=capacity)
        self._token = torch.zeros((1, 1), dtype=torch.long, device=model.device)
        changing = [self._token, self.cache.position, *model.parameters(), *model.buffers()]
        # As a sampler wants them: it would convert them with torch's threads, which then stay awake in the way of ours.
        calls, self._logits = record(lambda: forward_one(model, self._token, self.cache).float(), changing=changing)
        self._runs: list[Run] = lower(calls, own_kernels=has_kernels)

    def begin(self, cache: Cache) -> None:
        """See `Step`."""
        self.cache.fill(cache)

    @torch.inference_mode()
    def __call__(self, token: Tensor) -> Tensor:
        """See `Step`."""
        self.cache.check_room()
        self._token.copy_(token)
        for run in self._runs:
            run()
        self.cache.advance()
        return self._logits
