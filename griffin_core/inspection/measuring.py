"""Measure a pruned model beside the full one, after the same prompt. Knows two models; knows no plans and no events.

Both measures are generators of how many tokens are done, so that they can be abandoned between two steps.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import PreTrainedModel

from griffin_core.decode import WARM_UP_STEPS, Prefilled, decode
from griffin_core.inspection.divergence import kl_divergence
from griffin_core.inspection.finished_texts import read_after
from griffin_core.metrics import first_divergence
from griffin_core.sampling import make_sampler
from griffin_core.settings import SamplingSettings
from griffin_core.steps import Step
from griffin_core.timing import LaneClock

UNTIMED_TOKENS = 1 + WARM_UP_STEPS
"""The first token falls out of the prefill, and the next ones find caches and clocks cold."""


@dataclass(frozen=True)
class Quality:
    """kl: mean KL(full ‖ pruned) in nats; top1: share of equal first choices, in 0-1; both without the first token.

    first_divergence: index of the first unequal choice, None if there is none.
    """

    kl: float
    top1: float
    first_divergence: int | None


@dataclass(frozen=True)
class Speed:
    """Milliseconds of every timed token."""

    full_ms: Sequence[float]
    pruned_ms: Sequence[float]


def measure_quality(
    full: PreTrainedModel, pruned: PreTrainedModel, prefilled: Prefilled, answer: Tensor
) -> Generator[int, None, Quality]:
    """Read `answer`, (T,) int64 with T >= 2, under both models in lockstep: one step's logits are all that is held."""
    divergences: list[Tensor] = []
    choices: tuple[list[int], list[int]] = [], []
    readers = [read_after(model, prefilled, answer) for model in (full, pruned)]
    for expected, found in zip(*readers, strict=True):  # both (t, vocabulary)
        divergences.append(kl_divergence(expected, found))
        for chosen, logits in zip(choices, (expected, found), strict=True):
            chosen += logits.argmax(dim=-1).tolist()
        yield len(choices[0])
    equal = [one == other for one, other in zip(*choices, strict=True)]
    # The first token comes from the prefill, which is dense in every lane.
    return Quality(
        kl=float(torch.cat(divergences)[1:].mean()),
        top1=sum(equal[1:]) / len(equal[1:]),
        first_divergence=first_divergence(*choices),
    )


def measure_speed(full: Step, pruned: Step, logits: Tensor, *, tokens: int) -> Generator[int, None, Speed]:
    """Decode with both models by turns, who goes first by turns too: what disturbs one disturbs both.

    full, pruned: have begun after the same prompt; logits: (1, vocabulary), the prompt's.
    """
    one, other = (_Decoder.after(logits, step) for step in (full, pruned))
    for number in range(UNTIMED_TOKENS + tokens):
        for decoder in (other, one) if number % 2 else (one, other):
            decoder.step()
        yield max(0, number + 1 - UNTIMED_TOKENS)
    return Speed(one.token_ms[UNTIMED_TOKENS:], other.token_ms[UNTIMED_TOKENS:])


@dataclass(frozen=True)
class _Decoder:
    """One of two models that decode by turns, with a cache and a clock of its own."""

    tokens: Iterator[int]
    clock: LaneClock
    token_ms: list[float] = field(default_factory=list)

    @classmethod
    def after(cls, logits: Tensor, step: Step) -> "_Decoder":
        sampler = make_sampler(SamplingSettings(), device=logits.device)
        return cls(decode(step, logits, sampler), LaneClock(logits.device))

    def step(self) -> None:
        with self.clock.running() as span:
            next(self.tokens)
        self.token_ms.append(span.ms)
