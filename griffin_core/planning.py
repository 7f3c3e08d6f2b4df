"""Decide which neurons of every layer a prompt needs. Knows statistics and methods; knows no lanes and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward, find_feed_forwards
from griffin_core.decode import last, read_and_count
from griffin_core.errors import DeviceError, PromptError
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.methods import find_method
from griffin_core.methods.budgets import uniform_budget
from griffin_core.methods.method import LayerEvidence
from griffin_core.prompt_stats import LayerStatistics
from griffin_core.settings import PruningSettings, RunSettings


@dataclass(frozen=True)
class LayerPlan:
    """kept: (k,) int64, ascending neuron indices. scores: (d_ff,) float32, what they were chosen by."""

    kept: Tensor
    scores: Tensor


@dataclass(frozen=True)
class Plan:
    """What a method decided for one prompt, first layer first."""

    settings: PruningSettings
    layers: tuple[LayerPlan, ...]

    @property
    def k(self) -> tuple[int, ...]:
        """Neurons kept in each layer."""
        return tuple(len(layer.kept) for layer in self.layers)

    @property
    def effective_density(self) -> float:
        """Share of all neurons kept, after rounding."""
        return sum(self.k) / sum(len(layer.scores) for layer in self.layers)


def make_plan(
    loaded: LoadedModel,
    prompt: Tensor,
    settings: PruningSettings | None = None,
    *,
    attention_mask: Tensor | None = None,
    prefill_chunk: int | None = None,
) -> Plan:
    """Read `prompt` once with the full model and choose the neurons to keep.

    prompt: (batch, S) int64 token ids. Several prompts share one choice.
    attention_mask: (batch, S), 0 where a position is padding; None when none is.
    prefill_chunk: prompt tokens per prefill step; None takes what suits the device.
    Raises SettingsError for an unknown method, PromptError for a prompt of the wrong shape, length or content,
    OutOfMemoryError where the prompt does not fit.
    """
    settings = settings or PruningSettings()
    feed_forwards = find_feed_forwards(loaded.model)
    if not find_method(settings.method).reads_prompt:
        _check_prompt(loaded, prompt, attention_mask)
        return choose_neurons(feed_forwards, None, settings)
    statistics = prompt_statistics(loaded, prompt, attention_mask=attention_mask, prefill_chunk=prefill_chunk)
    return choose_neurons(feed_forwards, statistics, settings)


def prompt_statistics(
    loaded: LoadedModel,
    prompt: Tensor,
    *,
    attention_mask: Tensor | None = None,
    prefill_chunk: int | None = None,
) -> list[LayerStatistics]:
    """Read `prompt` once with the full model and add up how strongly each neuron answers, first layer first.

    prompt: (batch, S) int64 token ids. attention_mask, prefill_chunk: as in make_plan.
    A layer's `votes` are (batch, d_ff) float32; their square root is the GRIFFIN score (arXiv 2404.01365).
    Raises SettingsError for a prefill_chunk out of range, PromptError for a prompt of the wrong shape, length or
    content, OutOfMemoryError where it does not fit.
    """
    chunk = RunSettings(prefill_chunk=prefill_chunk).prefill_chunk
    prompt = _check_prompt(loaded, prompt, attention_mask).to(loaded.device)
    mask = None if attention_mask is None else attention_mask.to(loaded.device)
    advice = "Use a shorter prompt or a smaller model."
    with memory_in_words(f"reading {prompt.numel()} tokens", advice=advice, release=loaded.twins.clear):
        return last(read_and_count(loaded, prompt, chunk=chunk, attention_mask=mask)).statistics


@torch.no_grad()
def choose_neurons(
    feed_forwards: Sequence[FeedForward],
    statistics: Sequence[LayerStatistics] | None,
    settings: PruningSettings,
    *,
    seed: int = 0,
) -> Plan:
    """Score every neuron and select by the method's rule.

    statistics: one a layer; may be None if the method reads no prompt.
    seed: used where the settings leave it open.
    """
    method = find_method(settings.method)
    generator = torch.Generator().manual_seed(seed if settings.seed is None else settings.seed)
    budget = uniform_budget([feed_forward.d_ff for feed_forward in feed_forwards], settings.density)
    layers = []
    for index, (feed_forward, k) in enumerate(zip(feed_forwards, budget, strict=True)):
        evidence = LayerEvidence(feed_forward, statistics[index] if statistics else None, generator)
        scores = method.score(evidence)
        if not bool(scores.isfinite().all()):
            raise DeviceError(
                f"layer {index} has activations that are not finite, so its neurons cannot be ranked. "
                "Load the model in float32 or bfloat16."
            )
        layers.append(LayerPlan(method.select(scores, k, generator), scores))
    return Plan(settings, tuple(layers))


def check_tokens(loaded: LoadedModel, prompt: Tensor, *, name: str = "the prompt") -> Tensor:
    """The prompt itself, if it is (batch, S) known token ids with 1 <= S <= context. Raises PromptError.

    name: what the error calls it.
    """
    if not isinstance(prompt, Tensor):
        raise PromptError(
            f"{name} must be a (1, S) tensor of token ids, got {type(prompt).__name__}. "
            "Make one with gc.encode_prompt(loaded, text)."
        )
    whole_numbers = not (prompt.is_floating_point() or prompt.is_complex() or prompt.dtype == torch.bool)
    if prompt.ndim != 2 or 0 in prompt.shape or not whole_numbers:
        raise PromptError(
            f"{name} must be a (1, S) tensor of token ids with S >= 1, got {prompt.dtype} of shape "
            f"{tuple(prompt.shape)}. Make one with gc.encode_prompt(loaded, text)."
        )
    if prompt.shape[1] > loaded.context:
        raise PromptError(
            f"{name} has {prompt.shape[1]} tokens, but the model's context holds {loaded.context}. Shorten it."
        )
    known = len(cast(Tensor, loaded.model.get_input_embeddings().weight))
    lowest, highest = int(prompt.min()), int(prompt.max())
    if lowest < 0 or highest >= known:
        raise PromptError(
            f"{name} has the token id {lowest if lowest < 0 else highest}, but the model knows 0 to {known - 1}. "
            "Encode it with this model's tokenizer."
        )
    return prompt.long()


def _check_prompt(loaded: LoadedModel, prompt: Tensor, attention_mask: Tensor | None) -> Tensor:
    prompt = check_tokens(loaded, prompt)
    if attention_mask is not None and attention_mask.shape != prompt.shape:
        raise PromptError(
            f"attention_mask must have the prompt's shape {tuple(prompt.shape)}, got {tuple(attention_mask.shape)}. "
            "Give one 0 or 1 for every token."
        )
    return prompt
