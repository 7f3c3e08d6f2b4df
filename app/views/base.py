"""What all views are: frozen records that can be sent to the browser. Knows no subject."""

import dataclasses
from dataclasses import dataclass
from typing import Any

Figure = tuple[str, str, str]
"""(label, value with its unit, longer text for the hover or "")."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Base of all views."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; tuples become lists."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
