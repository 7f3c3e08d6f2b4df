"""Whether the values of a record can be: numbers and texts within bounds. Knows field names; knows no order of events.

Types are right already. Bounds are far beyond anything real, and near enough that no arithmetic downstream overflows.
"""

import dataclasses
from typing import Any

from griffin_core.errors import RecordingError

MOST_WHOLE = (1 << 63) - 1
MOST_NUMBER = 1e12
MOST_MS = 1e9
"""Eleven days, for one step or for a whole recording."""
MOST_CHARACTERS = 4_096
MOST_MEMBERS = 256
LEAST_MS = 1e-6

SHARES = {
    "score_share", "gini", "density", "effective_density", "top_p", "coverage", "flocking", "chance", "probability",
}  # fmt: skip
SHARE_SLACK = 1e-4
"""Shares were rounded and summed up before."""
BELOW_ZERO = {"logprob", "kl"}
LONG_TEXTS = {"kept", "scores", "values", "system"}


def check_values(record: Any, *, name: str = "") -> None:
    """Raise RecordingError at the first value of a record, or of what it holds, that cannot be."""
    if dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            check_values(getattr(record, field.name), name=field.name)
    elif isinstance(record, tuple):
        names = getattr(record, "_fields", (name,) * len(record))
        for part, item in zip(names, record, strict=True):
            check_values(item, name=part)
    elif isinstance(record, dict):
        for key, value in record.items():
            check_values(key, name=name)
            check_values(value, name=name)
    elif isinstance(record, str):
        _check_text(record, name)
    elif isinstance(record, (int, float)) and not isinstance(record, bool):
        _check_number(record, name)


def _check_text(text: str, name: str) -> None:
    if len(text) > MOST_CHARACTERS and name not in LONG_TEXTS:
        raise RecordingError(f"{name} may have {MOST_CHARACTERS:,} characters, got {len(text):,}.")


def _check_number(number: float, name: str) -> None:
    most = MOST_WHOLE if isinstance(number, int) else MOST_NUMBER
    if name in SHARES:
        most = 1 + SHARE_SLACK
    if number > most:
        raise RecordingError(f"{name} is too large: {number!r:.40}.")
    if number < (-MOST_NUMBER if name in BELOW_ZERO else 0):
        raise RecordingError(f"{name} must not be below 0, got {number!r:.40}.")
    if name == "itl_ms" and number < LEAST_MS:
        raise RecordingError(f"itl_ms must be at least {LEAST_MS:g}, got {number!r}.")
