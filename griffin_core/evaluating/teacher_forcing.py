"""Read a finished answer with the full model and with pruned ones, after a prompt that the full one has read.

Every position is predicted from the tokens really before it, as a live lane led through the answer would predict it:
prompt and first token by the full model, the rest by the pruned one. That takes one forward for FORWARD_TOKENS
positions instead of one a token, except where a model encodes positions by the length of all that is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel

from griffin_core.decode import Prefilled, depends_on_length, read_text
from griffin_core.errors import DeviceError
from griffin_core.inspection.divergence import kl_divergence

FORWARD_TOKENS = 64
"""Positions a forward, so that logits stay small: 64 of 49,152 words take 13 MB in float32."""


@dataclass(frozen=True)
class Forced:
    """An answer of T tokens as a lane reads it, its first token left out, which the full model predicts in every lane.

    kl: (T - 1,) KL(full ‖ lane) in nats. agrees: (T - 1,) whether both would choose the same token.
    """

    kl: tuple[float, ...]
    agrees: tuple[bool, ...]


def read_forced(
    full: PreTrainedModel, lanes: Sequence[PreTrainedModel], prefilled: Prefilled, answer: Tensor
) -> list[Forced]:
    """How each lane's model predicts `answer`, (T,) ids with T >= 1, compared with the full model; in lane order.

    Raises DeviceError where a prediction is no number.
    """
    kl: list[list[Tensor]] = [[] for _ in lanes]
    agrees: list[list[Tensor]] = [[] for _ in lanes]
    readings = [_reading(model, prefilled, answer) for model in (full, *lanes)]
    for expected, *found in zip(*readings, strict=True):  # each (t, vocabulary)
        choices = expected.argmax(dim=-1)
        for place, logits in enumerate(found):
            kl[place].append(kl_divergence(expected, logits))
            agrees[place].append(logits.argmax(dim=-1) == choices)
    return [
        Forced(kl=_numbers(torch.cat(ours)[1:]), agrees=tuple(torch.cat(same)[1:].tolist()))
        for ours, same in zip(kl, agrees, strict=True)
    ]


def mean_logprob(model: PreTrainedModel, prefilled: Prefilled, text: Tensor) -> float:
    """Mean log-probability of a text's tokens, (T,) ids with T >= 1, in nats at temperature 1."""
    places = text.split(_at_once(model))
    logprobs = [
        logits.float().log_softmax(dim=-1).gather(1, ids[:, None])[:, 0]  # (t,)
        for logits, ids in zip(_reading(model, prefilled, text), places, strict=True)
    ]
    return _numbers(torch.cat(logprobs).mean()[None])[0]


def _reading(model: PreTrainedModel, prefilled: Prefilled, text: Tensor) -> Iterator[Tensor]:
    return read_text(model, prefilled.copied(), text, chunk=_at_once(model))


def _at_once(model: PreTrainedModel) -> int:
    return 1 if depends_on_length(model) else FORWARD_TOKENS


def _numbers(values: Tensor) -> tuple[float, ...]:
    if not bool(values.isfinite().all()):
        raise DeviceError(
            "predictions are not finite, so they cannot be compared. Load the model in float32 or bfloat16."
        )
    return tuple(values.tolist())
