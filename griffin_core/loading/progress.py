"""Say what is being done, and keep the libraries below quiet meanwhile. Knows tqdm; knows nothing of models."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm.std import tqdm  # type: ignore[import-untyped]
from transformers import modeling_gguf_pytorch_utils
from transformers.utils import logging as transformers_logging

Progress = Callable[[str, float | None], None]
"""Called with what is being done and how much of it is done, in 0–1, or None where nobody knows."""


def silent(text: str, share: float | None) -> None:
    """The progress of somebody who did not ask for it."""


class QuietBar(tqdm):  # type: ignore[misc]
    """A tqdm bar that reports its count where others draw."""

    monitor_interval = 0  # a watching thread would outlive the load

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The libraries below pass their own wishes for drawing, which mean nothing here.
        kept = {key: value for key, value in kwargs.items() if key in ("iterable", "total", "initial", "unit")}
        super().__init__(*args, **kept, disable=False, mininterval=0.1)

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        self.report()
        return True

    def report(self) -> None:
        """Pass `n` of `total` on."""

    def clear(self, nolock: bool = False) -> None:
        """There is nothing to wipe."""

    def close(self) -> None:
        self.report()


@contextmanager
def narrated(progress: Progress, text: str) -> Iterator[None]:
    """Inside, bars of transformers and gguf call `progress(text, share)` and warnings are hidden."""
    furthest = -1.0

    class Bar(QuietBar):
        def report(self) -> None:
            nonlocal furthest
            share = min(self.n / self.total, 1.0) if self.total else 0.0
            # One job may show several bars one after the other; to the listener it never goes back.
            if share > furthest:
                furthest = share
                progress(text, share)

    progress(text, None)
    previous_hook = transformers_logging.set_tqdm_hook(lambda factory, args, kwargs: Bar(*args, **kwargs))
    try:
        with hushed(), replaced(modeling_gguf_pytorch_utils, "tqdm", Bar):
            yield
    finally:
        transformers_logging.set_tqdm_hook(previous_hook)


@contextmanager
def hushed() -> Iterator[None]:
    """Inside, transformers and the hub client log errors only."""
    hub_logger = logging.getLogger("huggingface_hub")
    verbosity, hub_level = transformers_logging.get_verbosity(), hub_logger.level
    transformers_logging.set_verbosity(logging.ERROR)
    hub_logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        hub_logger.setLevel(hub_level)


def byte_bar(progress: Progress, text: str, *, total_bytes: int) -> type[QuietBar]:
    """A tqdm class for downloads: bars that count bytes call `progress` with their share of `total_bytes`."""
    furthest = 0.0

    class Bar(QuietBar):
        def report(self) -> None:
            nonlocal furthest
            # The hub client shows files received, bytes received and bytes written side by side.
            if self.unit == "B" and total_bytes:
                furthest = max(furthest, min(self.n / total_bytes, 1.0))
                progress(text, furthest)

    return Bar


@contextmanager
def replaced(module: object, name: str, value: object) -> Iterator[None]:
    """Inside, `module.name` is `value`."""
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)
