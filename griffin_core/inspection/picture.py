"""The flocking picture of one layer as small rows of bytes. Knows rows and token ids; knows no model."""

import base64
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from griffin_core.detokenizing import Detokenizer
from griffin_core.events import ActivationsRead
from griffin_core.inspection.flocking import neuron_order

MAX_COLUMNS = 384
FULL_SCALE_QUANTILE = 0.995  # a single loud neuron must not darken the rest


class FlockingPicture:
    """Fixes columns and scale by the prompt, so that rows of any text can be laid beside its own."""

    def __init__(self, layer: int, votes: Tensor, prompt_rows: Tensor) -> None:
        """votes: (1, d_ff) of the prompt in this layer. prompt_rows: (n, d_ff) relative activations."""
        d_ff = prompt_rows.shape[1]
        self._layer = layer
        self._order = neuron_order(votes)
        self._bin_width = -(-d_ff // MAX_COLUMNS)
        loud = self._binned(prompt_rows).quantile(FULL_SCALE_QUANTILE)
        self._full_scale = float(loud.clamp_min(torch.finfo(torch.float32).tiny))

    def draw(
        self, positions: Sequence[int], tokens: Sequence[str], rows: Tensor, *, text: str | None, t_s: float
    ) -> ActivationsRead:
        """The event for (n, d_ff) rows at n positions of a text."""
        bins = self._binned(rows)
        values = (bins / self._full_scale * 255).round().clamp_max(255).to(torch.uint8)
        return ActivationsRead(
            t_s=t_s,
            layer=self._layer,
            text=text,
            positions=tuple(positions),
            tokens=tuple(tokens),
            columns=bins.shape[1],
            bin_width=self._bin_width,
            full_scale=self._full_scale,
            values=base64.b64encode(values.numpy().tobytes()).decode("ascii"),
        )

    def _binned(self, rows: Tensor) -> Tensor:
        """Means over bins of neurons in order of falling score, (n, columns)."""
        bins = rows[:, self._order].split(self._bin_width, dim=1)
        return torch.stack([each.mean(dim=1) for each in bins], dim=1)


class TokenTexts:
    """Names the tokens of one text as they come: what each adds to the text, or what a special token is called."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._detokenizer = Detokenizer(tokenizer)
        self._special = {i: str(token) for i, token in tokenizer.added_tokens_decoder.items() if token.special}

    def push(self, token_ids: Sequence[int]) -> list[str]:
        """One text a token; "" while a character is incomplete."""
        return [self._detokenizer.push(token_id) or self._special.get(token_id, "") for token_id in token_ids]
