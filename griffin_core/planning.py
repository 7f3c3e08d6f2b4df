"""Decide which neurons of every layer a prompt needs. Knows statistics and methods; knows no lanes and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward, find_feed_forwards
from griffin_core.decode import default_chunk, prefill
from griffin_core.errors import DeviceError, PromptError
from griffin_core.loading import LoadedModel
from griffin_core.methods import find_method
from griffin_core.methods.budgets import uniform_budget
from griffin_core.methods.method import LayerEvidence
from griffin_core.prompt_stats import LayerStatistics, collect_statistics
from griffin_core.settings import PruningSettings


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
    Raises SettingsError for an unknown method, PromptError for a prompt of the wrong shape or length.
    """
    settings = settings or PruningSettings()
    method = find_method(settings.method)
    prompt = check_tokens(prompt, context=loaded.context).to(loaded.device)
    feed_forwards = find_feed_forwards(loaded.model)
    if not method.reads_prompt:
        return choose_neurons(feed_forwards, None, settings)
    mask = None if attention_mask is None else attention_mask.to(loaded.device)
    chunk = prefill_chunk or default_chunk(loaded.device, loaded.dtype)
    with collect_statistics(feed_forwards, batch=len(prompt), device=loaded.device) as statistics:
        for _ in prefill(loaded.model, prompt, chunk=chunk, attention_mask=mask, statistics=statistics):
            pass
    return choose_neurons(feed_forwards, statistics.layers(), settings)


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


def check_tokens(prompt: Tensor, *, context: int) -> Tensor:
    """The prompt itself, if it is (batch, S) integers with 1 <= S <= context. Raises PromptError."""
    if prompt.ndim != 2 or prompt.is_floating_point() or 0 in prompt.shape:
        raise PromptError(
            f"a prompt is a (1, S) tensor of token ids with S >= 1, got {prompt.dtype} of shape {tuple(prompt.shape)}. "
            "Use encode_prompt to make one."
        )
    if prompt.shape[1] > context:
        raise PromptError(
            f"the prompt has {prompt.shape[1]} tokens, but the model's context holds {context}. Shorten the prompt."
        )
    return prompt
