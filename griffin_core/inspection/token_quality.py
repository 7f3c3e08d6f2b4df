"""What the full and a pruned model think of each token of a finished text. Knows logits and plans."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from griffin_core.inspection.divergence import kl_divergence
from griffin_core.inspection.finished_texts import after_prompt, check_prompt, check_written, read_after
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.planning import Plan
from griffin_core.pruning import pruned_model

BEST = 5
_LEAST = torch.finfo(torch.float32).min


@dataclass(frozen=True)
class TokenView:
    """How one model sees the T tokens of a text, each after those really before it, at temperature 1.

    logprob: (T,) float32, of the written token in nats. rank: (T,) int64, its place among all tokens; 0 is the choice.
    best: (T, 5) int64, its likeliest tokens, best first. probability: (T, 5) float32, theirs in 0-1.
    Of equally likely tokens the one of the lower id comes first, in `rank` and in `best`, as in greedy decoding.
    """

    logprob: Tensor
    rank: Tensor
    best: Tensor
    probability: Tensor


@dataclass(frozen=True)
class TokenQuality:
    """A text of T tokens as the full and the pruned model see it.

    kl: (T,) float32, KL(full ‖ pruned) in nats. agrees: (T,) bool, whether both would choose the same token.
    The first token is predicted by the full model in both, as in a race: its kl is 0.
    """

    kl: Tensor
    agrees: Tensor
    full: TokenView
    pruned: TokenView


def token_quality(loaded: LoadedModel, prompt: Tensor, tokens: Tensor | Sequence[int], plan: Plan) -> TokenQuality:
    """Read a finished answer with both models, teacher-forced, after a prompt that the full one has read.

    prompt: (1, S) token ids. tokens: (T,) ids of the answer, whoever wrote it. plan: made with this model.
    The share of `agrees[1:]` is forced agreement, and the first False the first divergence, when the full model wrote
    the text greedily (Divergent Token Metrics, arXiv 2311.01544).
    Raises PromptError for an empty text or unknown ids, OutOfMemoryError, and SettingsError for a plan of other sizes
    or a text that is too long.
    """
    prompt = check_prompt(loaded, prompt)
    text = check_written(loaded, prompt, tokens)
    what = f"token quality of {len(text)} tokens after {prompt.shape[1]}"
    advice = "Use a shorter prompt or a smaller model."
    with memory_in_words(what, advice=advice, release=loaded.twins.clear), pruned_model(loaded, plan) as model:
        prefilled = after_prompt(loaded, prompt)
        pieces: list[TokenQuality] = []
        done = 0
        readings = [read_after(reader, prefilled, text) for reader in (loaded.model, model)]
        for full, other in zip(*readings, strict=True):
            pieces.append(_compare(full, other, text[done : done + len(full)]))
            done += len(full)
        return TokenQuality(
            kl=torch.cat([piece.kl for piece in pieces]),
            agrees=torch.cat([piece.agrees for piece in pieces]),
            full=_joined([piece.full for piece in pieces]),
            pruned=_joined([piece.pruned for piece in pieces]),
        )


def view_tokens(logits: Tensor, tokens: Tensor) -> TokenView:
    """One model's view, on the CPU. logits: (T, vocabulary), row i predicts tokens[i]; tokens: (T,) int64."""
    logits = logits.float()
    logprobs = logits.log_softmax(dim=-1)
    ids = tokens.to(logits.device)[:, None]  # (T, 1)
    best = _likeliest(logits)
    return TokenView(
        logprob=logprobs.gather(1, ids)[:, 0].cpu(),
        rank=_places(logits, ids).cpu(),
        best=best.cpu(),
        probability=logprobs.gather(1, best).exp().cpu(),
    )


def _likeliest(logits: Tensor) -> Tensor:
    """(T, 5) int64, the likeliest tokens of each row, best first; of equals the lower id, which argmax takes, leads.

    bfloat16 logits tie often, and topk promises no order among equals.
    """
    left = logits.clamp_min(_LEAST)  # a token that is ruled out (-inf) must stay above one already taken
    best: list[Tensor] = []
    for _ in range(min(BEST, logits.shape[1])):
        best.append(left.argmax(dim=-1, keepdim=True))
        left = left.scatter(1, best[-1], -torch.inf)
    return torch.cat(best, dim=1)


def _places(logits: Tensor, ids: Tensor) -> Tensor:
    """(T,) int64, where each token of `ids`, (T, 1), stands in the order of `_likeliest`, 0 first."""
    own = logits.gather(1, ids)
    before = torch.arange(logits.shape[1], device=logits.device) < ids  # (T, vocabulary)
    return ((logits > own) | ((logits == own) & before)).sum(dim=-1)


def _compare(full: Tensor, pruned: Tensor, tokens: Tensor) -> TokenQuality:
    """One step of both models; logits are (T, vocabulary)."""
    views = [view_tokens(logits, tokens) for logits in (full, pruned)]
    kl = kl_divergence(full, pruned).cpu()
    return TokenQuality(kl, views[0].best[:, 0] == views[1].best[:, 0], *views)


def _joined(views: Sequence[TokenView]) -> TokenView:
    return TokenView(
        logprob=torch.cat([view.logprob for view in views]),
        rank=torch.cat([view.rank for view in views]),
        best=torch.cat([view.best for view in views]),
        probability=torch.cat([view.probability for view in views]),
    )
