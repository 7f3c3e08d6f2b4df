"""A step as the model's own forward, operator by operator. Works for every model."""

import copy

import torch
from torch import Tensor
from transformers import Cache, DynamicCache, PreTrainedModel


class EagerStep:
    """Calls the model. because: why nothing faster was chosen, a clause; "" if nobody asked."""

    def __init__(self, model: PreTrainedModel, *, because: str = "") -> None:
        self.path = f"eager ({because})" if because else "eager"
        self.cache: Cache = DynamicCache(config=model.config)
        self._model = model

    def begin(self, cache: Cache) -> None:
        """See `Step`."""
        self.cache = copy.deepcopy(cache)

    def __call__(self, token: Tensor) -> Tensor:
        """See `Step`."""
        return forward_one(self._model, token, self.cache)


@torch.inference_mode()
def forward_one(model: PreTrainedModel, token: Tensor, cache: Cache) -> Tensor:
    """Logits after one more `token`, (1, 1): (1, vocabulary). The cache is extended in place."""
    logits: Tensor = model(token, past_key_values=cache, use_cache=True, return_dict=True).logits
    return logits[:, -1]
