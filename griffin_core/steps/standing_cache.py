"""Keys and values at addresses that stay, for steps that are recorded once. Knows caches; knows no model.

Every layer has room for `capacity` positions. Where the next one goes is a number in a tensor, so that the very same
operations write to the next place when they are run again. Layers with a sliding window keep all positions and leave
it to the mask which of them are seen.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import Cache
from transformers.cache_utils import CacheLayerMixin, DynamicLayer, DynamicSlidingWindowLayer

from griffin_core.steps.step import NotRecordableError

DIMENSIONS = 4

Pair = tuple[Tensor, Tensor]
"""Keys and values, (1, heads, positions, head size) each."""


class StandingLayer(CacheLayerMixin):
    """pair: keys and values with room for all positions. position: () int64, the next one, shared by all layers."""

    is_compileable = True
    is_sliding = False

    def __init__(self, pair: Pair, position: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys, self.values = self.pair = pair
        self._position = position
        self.is_initialized = True

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing: a standing layer is made ready."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: object, **__: object) -> Pair:
        """Write one position, (1, heads, 1, head size) each; returns all of them, written or not."""
        place = self._position.view(1)
        for room, states in zip(self.pair, (key_states, value_states), strict=True):
            room.index_copy_(2, place, states)
        return self.pair

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """All positions there are, from the first."""
        return self.get_max_length(), 0

    def get_seq_length(self) -> int:
        """The next position, as a tensor: so do transformers' own static layers."""
        return self._position  # type: ignore[return-value]

    def get_max_length(self) -> int:
        """Positions there is room for."""
        return self.pair[0].shape[2]


class StandingCache(Cache):
    """A cache of standing layers, shaped like one that has been used.

    Raises NotRecordableError where that one holds something else than keys and values by position.
    """

    def __init__(self, like: Cache, *, capacity: int) -> None:
        pairs = _pairs(like)
        self.capacity = capacity
        self.length = 0
        self.position = torch.zeros((), dtype=torch.int64, device=pairs[0][0].device)
        self._standing = [(_room(keys, capacity), _room(values, capacity)) for keys, values in pairs]
        super().__init__(layers=[StandingLayer(pair, self.position) for pair in self._standing])

    def fill(self, cache: Cache) -> None:
        """Take over what `cache` holds. A sliding layer has only the last positions; those before are never seen."""
        self.length = cache.get_seq_length()
        assert self.length <= self.capacity
        for ours, theirs in zip(self._standing, _pairs(cache), strict=True):
            for room, held in zip(ours, theirs, strict=True):
                start = self.length - held.shape[2]
                room[:, :, start : self.length].copy_(held)
                # What is masked is still multiplied, and 0 times what an earlier text left there may be no number.
                room[:, :, :start].zero_()
                room[:, :, self.length :].zero_()
        self.position.fill_(self.length)

    def check_room(self) -> None:
        """Raise IndexError unless there is room for one more: nothing else stands between it and other memory."""
        if self.length >= self.capacity:
            raise IndexError(f"the cache has room for {self.capacity} positions, and all are taken")

    def advance(self) -> None:
        """One more position is taken."""
        self.length += 1
        self.position.add_(1)


def _pairs(cache: Cache) -> Sequence[Pair]:
    pairs = []
    for layer in cache.layers:
        held = (getattr(layer, "keys", None), getattr(layer, "values", None))
        pair = [tensor for tensor in held if isinstance(tensor, Tensor) and tensor.ndim == DIMENSIONS]
        if type(layer) not in _PLAIN or len(pair) != len(held):
            raise NotRecordableError(
                f"the cache has a {type(layer).__name__}, which is more than keys and values by position"
            )
        pairs.append((pair[0], pair[1]))
    return pairs


_PLAIN = {DynamicLayer, DynamicSlidingWindowLayer}


def _room(like: Tensor, capacity: int) -> Tensor:
    batch, heads, _, size = like.shape
    return torch.zeros((batch, heads, capacity, size), dtype=like.dtype, device=like.device)
