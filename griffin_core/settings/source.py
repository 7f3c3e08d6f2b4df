"""A text whose expert neurons a lane may use in place of the prompt's. Knows token ids; knows no lane."""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass

from griffin_core.errors import SettingsError
from griffin_core.settings.numbers import MAX_INT64, check_whole

SHUFFLED = "shuffled"
"""The source that every run has: its own prompt, the tokens in an order drawn by the run's seed."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,23}")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A text, other than the prompt, whose expert neurons a lane may use.

    name: 1 to 24 letters, digits, "-" and "_", a letter first; not "shuffled", which every run has.
    token_ids: the text, at least one token.
    """

    name: str
    token_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        check_source_name(self.name)
        object.__setattr__(self, "token_ids", _token_ids(self.name, self.token_ids))


def check_source_name(name: object) -> None:
    """Raise SettingsError unless a text may be given under this name."""
    check_experts_name(name)
    if name == SHUFFLED:
        raise SettingsError(f'"{SHUFFLED}" stands for the shuffled prompt. Choose another name for this text.')


def check_experts_name(name: object) -> None:
    """Raise SettingsError unless a lane may take experts from a text of this name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SettingsError(
            f'experts takes the name of a text: up to 24 letters, digits, "-" and "_", a letter first; got {name!r}. '
            f"Use a name like A, or {SHUFFLED}."
        )


def _token_ids(name: str, given: Sequence[object]) -> tuple[int, ...]:
    try:
        ids = tuple(operator.index(token) for token in given)  # type: ignore[arg-type]  # it refuses what is no integer
    except TypeError:
        raise SettingsError(
            f'the text "{name}" must be given as token ids, whole numbers, got {given!r:.80}. Encode it first.'
        ) from None
    if not ids:
        raise SettingsError(f'the text "{name}" is empty, so it has no experts. Give it at least one token.')
    for token_id in (min(ids), max(ids)):
        check_whole(f'a token id of the text "{name}"', token_id, low=0, high=MAX_INT64)
    return ids
