"""Choose how a model decodes: the fastest step that gives what its own forward gives. Knows steps; knows no lanes."""

import torch
from torch import Tensor
from transformers import Cache, PreTrainedModel

from griffin_core.memory import ran_out_of_memory
from griffin_core.steps.eager import EagerStep
from griffin_core.steps.graph import GraphStep
from griffin_core.steps.recorded import RecordedStep
from griffin_core.steps.step import Step
from griffin_core.steps.tape import NotRecordableError

SMALLEST_ROOM = 256
KEPT_ROOMS = 2
TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 6e-2, torch.float16: 2e-2}
"""Largest difference of a logit that rounding explains, as a share of the largest logit."""


class Steps:
    """Makes steps of one model and keeps them for the next prompt. only_eager: why, if nothing else may be tried."""

    def __init__(self, model: PreTrainedModel, *, only_eager: str = "") -> None:
        self.model = model
        self._only_eager = only_eager or _why_only_eager(model)
        self._kept: dict[int, Step] = {}

    def with_room(self, length: int, cache: Cache) -> Step:
        """A step with room for `length` positions, begun after `cache`. It has run before: the next is a fair one."""
        if self._only_eager:
            return self._eager(cache, self._only_eager)
        room = SMALLEST_ROOM
        while room < length:
            room *= 2
        step = self._kept.pop(room, None)
        if step is None:
            try:
                step = self._make(room, cache)
            except _REFUSALS as error:
                self._only_eager = str(error)
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
                self._kept.clear()
                return self._eager(cache, "no memory for more")
        if step is None:
            return self._eager(cache, self._only_eager)
        self._kept = {**dict(list(self._kept.items())[1 - KEPT_ROOMS :]), room: step}
        step.begin(cache)
        return step

    def _make(self, room: int, cache: Cache) -> Step:
        on_gpu = self.model.device.type == "cuda"
        step: Step = (GraphStep if on_gpu else RecordedStep)(self.model, cache, capacity=room)
        _check(step, self.model, cache)
        return step

    def _eager(self, cache: Cache, because: str) -> Step:
        step = EagerStep(self.model, because=because)
        step.begin(cache)
        step(torch.zeros((1, 1), dtype=torch.long, device=self.model.device))
        step.begin(cache)
        return step


class _DiffersError(Exception):
    """A faster step that does not give what the model gives."""


_REFUSALS = (NotRecordableError, TypeError, _DiffersError)


def _why_only_eager(model: PreTrainedModel) -> str:
    devices = {parameter.device for parameter in model.parameters()}
    if len(devices) > 1 or any(hasattr(module, "_hf_hook") for module in model.modules()):
        return "the model lies on several devices"
    return ""


def _check(step: Step, model: PreTrainedModel, cache: Cache) -> None:
    """Two tokens in a row, since a step that ignores what changes may get the first one right."""
    step.begin(cache)
    eager = EagerStep(model)
    eager.begin(cache)
    device = model.device
    for number in (1, 2):
        token = torch.full((1, 1), number, dtype=torch.long, device=device)
        found, expected = step(token).float(), eager(token).float()
        if not _close(found, expected, model.dtype):
            raise _DiffersError("the recorded step gave other logits than the model")


def _close(found: Tensor, expected: Tensor, dtype: torch.dtype) -> bool:
    return bool((found - expected).abs().max() <= TOLERANCE[dtype] * expected.abs().max())
