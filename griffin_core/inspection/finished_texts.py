"""Check and read a prompt and the finished texts that follow it. Knows models and caches; looks for nothing in them."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel

from griffin_core.decode import Prefilled, chunk_for, last, prefill, read_text
from griffin_core.errors import PromptError, SettingsError
from griffin_core.loading import LoadedModel
from griffin_core.planning import check_tokens


def check_prompt(loaded: LoadedModel, prompt: Tensor) -> Tensor:
    """The prompt on the model's device, if it is one row of known ids. Raises PromptError or SettingsError."""
    prompt = check_tokens(loaded, prompt)
    if len(prompt) != 1:
        raise SettingsError(f"one prompt is looked at, got {len(prompt)} at once. Give them one by one.")
    return prompt.to(loaded.device)


def check_text(
    loaded: LoadedModel, prompt: Tensor, tokens: Tensor | Sequence[int], *, name: str = "the text"
) -> Tensor:
    """The text as (T,) int64 on the model's device, if the model can read it after the prompt; T may be 0.

    Raises PromptError for ids that the model does not know, SettingsError for a text that does not fit.
    """
    try:
        ids = torch.as_tensor(tokens)
    except (TypeError, ValueError, RuntimeError):
        raise PromptError(f"{name} is a row of token ids, got {type(tokens).__name__}. Encode it first.") from None
    if ids.ndim != 1:
        raise PromptError(f"{name} is a row of token ids, got shape {tuple(ids.shape)}. Leave the batch out.")
    if not len(ids):
        return torch.empty(0, dtype=torch.long, device=loaded.device)
    if ids.is_floating_point() or ids.dtype == torch.bool:
        raise PromptError(f"{name} is a row of token ids, got {ids.dtype}. Give whole numbers.")
    length = prompt.shape[1] + len(ids)
    if length > loaded.context:
        raise SettingsError(
            f"{name} has {len(ids)} tokens after {prompt.shape[1]} of the prompt, but the model's context holds "
            f"{loaded.context}. Shorten one of them."
        )
    return check_tokens(loaded, ids[None], name=name)[0].to(loaded.device)


def check_written(
    loaded: LoadedModel, prompt: Tensor, tokens: Tensor | Sequence[int], *, name: str = "the text"
) -> Tensor:
    """`check_text` for a text of which something is to be found: T >= 1. Raises PromptError for an empty one, too."""
    text = check_text(loaded, prompt, tokens, name=name)
    if not len(text):
        raise PromptError(f"{name} is empty, so there is no token to look at. Give the token ids of an answer.")
    return text


def check_layer(loaded: LoadedModel, layer: int | None) -> int:
    """The layer itself, the middle one for None. Raises SettingsError, which names the range."""
    count = loaded.facts.n_layers
    if layer is None:
        return count // 2
    if not isinstance(layer, int) or isinstance(layer, bool) or not 0 <= layer < count:
        raise SettingsError(
            f"layer must be between 0 and {count - 1}, got {layer!r}. {loaded.facts.model} has {count} layers."
        )
    return layer


def text_chunk(device: torch.device) -> int:
    """Tokens of a text per step: few enough that their logits stay small and that a Stop is heard at once."""
    return 64 if device.type == "cuda" else 16


def after_prompt(loaded: LoadedModel, prompt: Tensor) -> Prefilled:
    """Where the full model stands when it has read the whole prompt, (1, S); nothing is counted."""
    return last(prefill(loaded.model, prompt, chunk=chunk_for(loaded)))


def read_after(model: PreTrainedModel, prefilled: Prefilled, text: Tensor) -> Iterator[Tensor]:
    """`read_text` on a copy of the prompt's cache, so that others can read on from the same place."""
    return read_text(model, prefilled.copied(), text, chunk=text_chunk(model.device))
