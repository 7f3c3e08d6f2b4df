"""What every way of decoding one token offers."""

from typing import Protocol

from torch import Tensor
from transformers import Cache


class NotRecordableError(Exception):
    """Why a model's step cannot be recorded, as a clause."""


class Step(Protocol):
    """Decodes token by token after a prompt."""

    @property
    def path(self) -> str:
        """How, in words for a report: "recorded, own kernels"."""

    @property
    def cache(self) -> Cache:
        """The keys and values held."""

    def begin(self, cache: Cache) -> None:
        """Go on after what `cache` has read, which is copied and stays as it is."""

    def __call__(self, token: Tensor) -> Tensor:
        """Read `token`, (1, 1) int64; logits of the next, (1, vocabulary), valid until the next call.

        They are in the model's type, or in float32.
        """
