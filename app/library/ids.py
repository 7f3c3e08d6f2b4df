"""Names of recordings: made here, never by a client. Knows no folder.

An id says when a recording came to this library (UTC) and ends in 40 random bits: `20261123-125001-k7pq2m4x`. Whatever
else a client sends is no id, so its text never gets near the file system.
"""

import re
import secrets
from datetime import UTC, datetime

ID_PATTERN = re.compile(r"[0-9]{8}-[0-9]{6}-[a-z2-7]{8}")
"""To be matched in full."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def new_id(now: datetime | None = None) -> str:
    """A fresh id. now: with its time zone; the present when None."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%d-%H%M%S}-" + "".join(secrets.choice(_LETTERS) for _ in range(8))


def is_id(text: object) -> bool:
    """Whether `text` could have been made by `new_id`."""
    return isinstance(text, str) and ID_PATTERN.fullmatch(text) is not None
