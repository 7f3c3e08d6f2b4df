"""Where a command's results and remarks go. Knows streams and terminals; knows nothing of runs."""

import json
import math
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO

from griffin_core.plain_text import visible as visible


@dataclass(frozen=True)
class Output:
    """Results of one command. With `as_json` it writes one object and no other text."""

    stream: TextIO
    as_json: bool

    @property
    def is_terminal(self) -> bool:
        """Whether columns can be redrawn in place."""
        return not self.as_json and self.stream.isatty() and os.environ.get("TERM") != "dumb"

    def write_object(self, values: dict[str, Any]) -> None:
        """One line of JSON. ASCII only, so that no terminal setting can make it fail."""
        self.stream.write(json.dumps(finite(values), allow_nan=False) + "\n")
        self.stream.flush()

    def write_line(self, text: str = "") -> None:
        """A line for a reader."""
        self.stream.write(visible(text) + "\n")


def remark(text: str) -> None:
    """A line on standard error. A reader who has gone away is no failure."""
    with suppress(BrokenPipeError):
        sys.stderr.write(visible(text) + "\n")
        sys.stderr.flush()


class Progress:
    """What is being waited for, on standard error: one line redrawn on a terminal, else the first line only."""

    def __init__(self) -> None:
        self._redraws = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._started = False

    def __call__(self, text: str, share: float | None) -> None:
        """Show `text` and, where it is known, how far it has come, in 0–1."""
        if not self._redraws:
            if not self._started:
                remark(text)
        else:
            percent = "" if share is None else f" {share:.0%}"
            sys.stderr.write(f"\r\x1b[K{visible(text)}{percent}")
            sys.stderr.flush()
        self._started = True

    def clear(self) -> None:
        """Take the redrawn line away."""
        if self._redraws and self._started:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def finite(value: Any) -> Any:
    """`value` with null for what JSON cannot say: NaN and infinities."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
