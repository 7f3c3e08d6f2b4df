"""Read a prompt and continue it, one step at a time. Knows a model and its cache; knows no lanes and no clock.

Both phases are generators, so a caller can time, interleave and abandon them between any two steps.
Inference mode is entered inside a step and never across a yield, where it would leak to the caller.
"""

import copy
import dataclasses
import inspect
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor
from transformers import Cache, DynamicCache, PreTrainedModel

from griffin_core.adapters import find_feed_forwards
from griffin_core.loading import LoadedModel
from griffin_core.prompt_stats import LayerStatistics, PromptStatistics
from griffin_core.sampling import Sampler
from griffin_core.steps import Step

Read = TypeVar("Read")

WARM_UP_STEPS = 2
LENGTH_DEPENDENT_ROPES = ("dynamic", "longrope")


@dataclass(frozen=True)
class Prefilled:
    """A prompt read up to `done_tokens`. logits: (batch, vocabulary), the model's dtype, of the last position read."""

    cache: Cache
    logits: Tensor
    done_tokens: int

    def copied(self) -> "Prefilled":
        """The same place with a cache of its own, so that several can go on from here."""
        return dataclasses.replace(self, cache=copy.deepcopy(self.cache))


@dataclass(frozen=True)
class Counted:
    """A text read so far, and what its tokens up to there excited, one entry a layer."""

    prefilled: Prefilled
    statistics: list[LayerStatistics]


def chunk_for(loaded: LoadedModel, asked: int | None = None) -> int:
    """Prompt tokens per prefill step: as `asked`, or what suits the model's device."""
    return asked or default_chunk(loaded.device, loaded.dtype)


def default_chunk(device: torch.device, dtype: torch.dtype) -> int:
    """Prompt tokens per prefill step: as many as can be read between two looks at the Stop button.

    A chunk costs at least one pass over all weights, so small ones slow the prefill down; on a 2-core CPU
    64 float32 tokens of a 135M model take about 0.2 s (AMD EPYC, torch 2.13).
    """
    if device.type == "cuda":
        return 2048
    return 64 if dtype == torch.float32 else 96


def prefill(
    model: PreTrainedModel,
    tokens: Tensor,
    *,
    chunk: int,
    cache: Cache | None = None,
    attention_mask: Tensor | None = None,
    statistics: PromptStatistics | None = None,
) -> Iterator[Prefilled]:
    """Read `tokens`, (batch, S) int64, in steps of at most `chunk`; yields after every step.

    cache: positions read before, which is extended in place; a fresh one by default.
    attention_mask: (batch, S) of 0 and 1, 0 for padding; None when every position is a token.
    statistics: watches every step.

    A model whose position encoding depends on the length of what it reads gets everything in one step: read in
    pieces, the early ones would be encoded as if the prompt ended there.
    """
    cache = DynamicCache(config=model.config) if cache is None else cache
    chunk = tokens.shape[1] if depends_on_length(model) else chunk
    positions = None if attention_mask is None else (attention_mask.cumsum(dim=1) - 1).clamp_min(0)
    for start in range(0, tokens.shape[1], chunk):
        end = min(start + chunk, tokens.shape[1])
        mask = None if attention_mask is None else attention_mask[:, start:end]
        with statistics.watching(mask) if statistics else nullcontext():
            logits = _forward(
                model,
                tokens[:, start:end],
                cache,
                attention_mask=None if attention_mask is None else attention_mask[:, :end],
                position_ids=None if positions is None else positions[:, start:end],
            )
        yield Prefilled(cache, logits, end)


def read_and_count(
    loaded: LoadedModel, tokens: Tensor, *, chunk: int | None = None, attention_mask: Tensor | None = None
) -> Iterator[Counted]:
    """Read `tokens`, (batch, S) int64, once with the full model and add up what they excite; yields after every step.

    chunk: as in `chunk_for`; attention_mask: as in `prefill`. Whatever chooses neurons by a text reads it here; a race
    alone reads its prompt itself, because it times reading and counting apart.
    """
    statistics = PromptStatistics(find_feed_forwards(loaded.model), batch=len(tokens), device=tokens.device)
    steps = prefill(
        loaded.model, tokens, chunk=chunk_for(loaded, chunk), attention_mask=attention_mask, statistics=statistics
    )
    for prefilled in steps:
        yield Counted(prefilled, statistics.layers())


def last(steps: Iterable[Read]) -> Read:
    """The last of at least one step. None before it is kept: each may hold as much as the model's vocabulary."""
    return deque(steps, maxlen=1).pop()


def decode(step: Step, logits: Tensor, sampler: Sampler, *, index: int = 0) -> Iterator[int]:
    """Token ids of one sequence, without end; `index` is that of the first.

    step: has begun after what was read. logits: (1, vocabulary), the prefill's: the first token is sampled from them;
    every later one costs one step.
    """
    while True:
        token = sampler(logits, index)
        yield int(token)
        logits = step(token)
        index += 1


def read_text(model: PreTrainedModel, prefilled: Prefilled, tokens: Tensor, *, chunk: int) -> Iterator[Tensor]:
    """Read finished text after a prompt, teacher-forced: every token is predicted from those really before it.

    tokens: (S,) int64. Yields logits, (T, vocabulary) of the model's dtype, for the next T <= `chunk` tokens: row i is
    the prediction of token i, and the first row of all is the prefill's. The cache is extended by every token.
    """
    before = prefilled.logits  # (1, vocabulary)
    for start in range(0, len(tokens), chunk):
        piece = tokens[None, start : start + chunk]
        logits = torch.cat([before, _call(model, piece, prefilled.cache)[0]])  # (T + 1, vocabulary)
        before = logits[-1:]
        yield logits[:-1]


def warm_up(model: PreTrainedModel) -> Cache:
    """Run a few untimed steps, so that the first timed one finds pages mapped and kernels loaded."""
    token = torch.zeros((1, 1), dtype=torch.long, device=model.device)
    cache = DynamicCache(config=model.config)
    for _ in range(WARM_UP_STEPS):
        _forward(model, token, cache)
    return cache


def depends_on_length(model: PreTrainedModel) -> bool:
    """Whether the model encodes a position by the length of all that is read: in pieces it reads another text."""
    parameters = getattr(model.config.get_text_config(), "rope_parameters", None) or {}
    each_layer_kind = [value for value in parameters.values() if isinstance(value, Mapping)]
    return any(rope.get("rope_type") in LENGTH_DEPENDENT_ROPES for rope in (parameters, *each_layer_kind))


def _forward(
    model: PreTrainedModel,
    tokens: Tensor,
    cache: Cache,
    *,
    attention_mask: Tensor | None = None,
    position_ids: Tensor | None = None,
) -> Tensor:
    """Logits of the last position, (batch, vocabulary)."""
    optional: dict[str, Tensor | int] = {}
    if tokens.shape[1] > 1 and "logits_to_keep" in inspect.signature(model.forward).parameters:
        optional["logits_to_keep"] = 1
    if attention_mask is not None:
        optional["attention_mask"] = attention_mask
    if position_ids is not None and "position_ids" in inspect.signature(model.forward).parameters:
        optional["position_ids"] = position_ids
    return _call(model, tokens, cache, **optional)[:, -1]


@torch.inference_mode()
def _call(model: PreTrainedModel, tokens: Tensor, cache: Cache, **optional: Tensor | int) -> Tensor:
    """Logits, (batch, positions, vocabulary); tokens are (batch, S)."""
    output = model(tokens, past_key_values=cache, use_cache=True, return_dict=True, **optional)
    logits: Tensor = output.logits
    return logits
