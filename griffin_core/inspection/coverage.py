"""How much of each token's activations the neurons kept for a prompt still carry. Knows plans and z."""

from collections.abc import Sequence

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward, find_feed_forwards
from griffin_core.inspection.activations import covered_shares, watched
from griffin_core.inspection.finished_texts import after_prompt, check_prompt, check_written, read_after
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.planning import Plan
from griffin_core.pruning import check_plan


def coverage(loaded: LoadedModel, prompt: Tensor, tokens: Tensor | Sequence[int], plan: Plan) -> Tensor:
    """Σ_{j kept} z_tj² / Σ_j z_tj² of every token, as the full model reads it after the prompt.

    prompt: (1, S) token ids. tokens: (T,) ids of a finished answer. plan: the kept neurons, made with this model.
    Returns (n_layers, T) float32 in 0-1 on the CPU; 1 where a layer is silent, and everywhere at density 1.
    Low values mark the tokens at which the expert neurons stop fitting.
    Raises PromptError for an empty text or unknown ids, OutOfMemoryError, and SettingsError for a plan of other sizes
    or a text that is too long.
    """
    check_plan(loaded, plan)
    prompt = check_prompt(loaded, prompt)
    text = check_written(loaded, prompt, tokens)
    feed_forwards = find_feed_forwards(loaded.model)
    what = f"coverage of {len(text)} tokens after {prompt.shape[1]}"
    advice = "Use a shorter prompt or a smaller model."
    with memory_in_words(what, advice=advice, release=loaded.twins.clear):
        watch = CoverageWatch(feed_forwards, [plan])
        steps = read_after(loaded.model, after_prompt(loaded, prompt), text)
        pieces = [watch.take()[:, :, 0] for _ in watched(steps, feed_forwards, watch.look)]
        return torch.cat(pieces, dim=1)


class CoverageWatch:
    """Measures one step of the full model after the other against several plans at once."""

    def __init__(self, feed_forwards: Sequence[FeedForward], plans: Sequence[Plan]) -> None:
        self._kept = []  # per layer (d_ff, plans)
        for layer, feed_forward in enumerate(feed_forwards):
            kept = torch.zeros(feed_forward.d_ff, len(plans), device=feed_forward.output.weight.device)
            for column, plan in enumerate(plans):
                kept[plan.layers[layer].kept.to(kept.device), column] = 1.0
            self._kept.append(kept)
        self._shares: list[Tensor] = []

    def look(self, layer: int, z: Tensor) -> None:
        """A layer's z of the step, (T, d_ff); layers come in order."""
        self._shares.append(covered_shares(z, self._kept[layer]))

    def take(self) -> Tensor:
        """Shares of the last step, (n_layers, T, plans) float32 on the CPU."""
        shares, self._shares = self._shares, []
        return torch.stack([share.cpu() for share in shares])
