"""Choose how a model decodes: by its recorded step, if that gives what the model's own forward gives.

Knows steps; knows no lanes.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import Cache, PreTrainedModel

from griffin_core.memory import ran_out_of_memory
from griffin_core.steps.eager import EagerStep
from griffin_core.steps.graph import GraphStep
from griffin_core.steps.recorded import RecordedStep
from griffin_core.steps.step import NotRecordableError, Step

SMALLEST_ROOM = 256
CHECKED_TOKENS = (1, 2)
"""Two in a row, since a step that ignores what changes may get the first one right."""
TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 8e-2, torch.float16: 2e-2}
"""How far logits may lie apart for rounding's sake, as a share of their length, both taken from their mean.

Honest steps of the embedded model in bfloat16 were at most 0.05 apart; without the keys or values of one layer 0.09.
"""
_LARGEST = 1e30


class Steps:
    """Makes steps of one model and keeps the last one for the next prompt. only_eager: why, if nothing else may be."""

    def __init__(self, model: PreTrainedModel, *, only_eager: str = "") -> None:
        self.model = model
        self._only_eager = only_eager or _why_only_eager(model)
        self._kept: tuple[object, Step] | None = None  # with what it was made for

    def with_room(self, length: int, cache: Cache) -> Step:
        """A step with room for `length` positions, begun after `cache`. It has run before: the next is a fair one."""
        if self._only_eager:
            return self.eager(cache, self._only_eager)
        room = SMALLEST_ROOM
        while room < length + len(CHECKED_TOKENS):
            room *= 2
        wanted = (room, *((tensor.data_ptr(), tensor.dtype) for tensor in self.model.parameters()))
        if self._kept is None or self._kept[0] != wanted:
            self._kept = None  # before another is made: there may be no memory for two
            try:
                self._kept = (wanted, self._make(room, cache))
            except NotRecordableError as error:
                self._only_eager = str(error)
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
        # Outside the handlers: an error's traceback would keep the half-made step alive.
        if self._kept is None:
            return self.eager(cache, self._only_eager or "no memory for more")
        step = self._kept[1]
        step.begin(cache)
        return step

    def eager(self, cache: Cache, because: str) -> Step:
        """A step by the model's own forward, begun after `cache`. because: why, a clause."""
        step = EagerStep(self.model, because=because)
        step.begin(cache)
        step(torch.zeros((1, 1), dtype=torch.long, device=self.model.device))
        step.begin(cache)
        return step

    def _make(self, room: int, cache: Cache) -> Step:
        if self.model.dtype not in TOLERANCE:
            raise NotRecordableError(f"nobody knows how exact {self.model.dtype} is")
        on_gpu = self.model.device.type == "cuda"
        step: Step = (GraphStep if on_gpu else RecordedStep)(self.model, cache, capacity=room)
        _check(step, self.model, cache)
        return step


def alike(steps: Sequence[Steps], length: int, caches: Sequence[Cache]) -> list[Step]:
    """Steps after these caches that all decode in the same way: what they take is to be compared."""
    made = [one.with_room(length, cache) for one, cache in zip(steps, caches, strict=True)]
    paths = {step.path for step in made}
    if len(paths) > 1:
        slowest = max(paths, key=lambda path: path.startswith("eager"))
        because = f"as another lane: {slowest}"
        made = [one.eager(cache, because) for one, cache in zip(steps, caches, strict=True)]
    return made


def _why_only_eager(model: PreTrainedModel) -> str:
    devices = {parameter.device for parameter in model.parameters()}
    if len(devices) > 1 or any(hasattr(module, "_hf_hook") for module in model.modules()):
        return "the model lies on several devices"
    return ""


def _check(step: Step, model: PreTrainedModel, cache: Cache) -> None:
    step.begin(cache)
    eager = EagerStep(model)
    eager.begin(cache)
    longest = getattr(model.config.get_text_config(), "max_position_embeddings", None) or cache.get_seq_length() + 2
    for number in CHECKED_TOKENS[: max(0, longest - cache.get_seq_length())]:
        token = torch.full((1, 1), number, dtype=torch.long, device=model.device)
        found, expected = step(token).float(), eager(token).float()
        if not _are_close(found, expected, TOLERANCE[model.dtype]):
            raise NotRecordableError("the recorded step gave other logits than the model")


def _are_close(found: Tensor, expected: Tensor, tolerance: float) -> bool:
    usual = expected.abs() < _LARGEST  # what is masked may be infinite
    if not torch.equal(usual, found.abs() < _LARGEST) or not bool(usual.any()):
        return False
    found, expected = (logits[usual] - logits[usual].mean() for logits in (found, expected))  # as softmax sees them
    return bool((found - expected).norm() <= tolerance * expected.norm())
