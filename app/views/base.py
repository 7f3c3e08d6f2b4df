"""What all views are: frozen records that can be sent to the browser. Knows no subject."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

Figure = tuple[str, str, str]
"""(label, value with its unit, longer text for the hover or "")."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Base of all views."""

    def as_json(self, *, without: Collection[str] = ()) -> dict[str, Any]:
        """Plain JSON values; tuples become lists. without: names of fields to leave out."""
        names = [field.name for field in dataclasses.fields(self) if field.name not in without]
        return {name: _plain(getattr(self, name)) for name in names}


_SIMPLE = frozenset({type(None), bool, int, float, str})


def _plain(value: Any) -> Any:
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, tuple):  # long ones hold simple values, many times a second
        return [item if type(item) in _SIMPLE else _plain(item) for item in value]
    if isinstance(value, View):
        return value.as_json()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value
