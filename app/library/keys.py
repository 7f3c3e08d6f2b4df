"""Keys that let whoever made a recording delete it: nothing is stored but one secret. Knows no recording.

A key is HMAC-SHA256(secret, id). The secret is a file in the library's folder, readable by the server alone; without
it the old keys are void, and only the server's owner can delete what they were for.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

SECRET_NAME = ".secret"
_SECRET_BYTES = 32


class Keys:
    """The keys of one folder. Makes the secret when there is none; two processes agree on one."""

    def __init__(self, folder: Path) -> None:
        self._secret = _read(folder / SECRET_NAME) or _make(folder)

    def key(self, recording_id: str) -> str:
        """The key of a recording, 64 letters."""
        return hmac.new(self._secret, recording_id.encode(), hashlib.sha256).hexdigest()

    def fits(self, recording_id: str, key: str) -> bool:
        """Whether `key` is this recording's, in a time that says nothing of how much of it is right."""
        return hmac.compare_digest(self.key(recording_id).encode(), key.encode("utf-8", "replace"))


def _read(path: Path) -> bytes | None:
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        return None
    # A short secret could be guessed. The file is put in place whole, so this one was damaged later.
    return secret if len(secret) == _SECRET_BYTES else None


def _make(folder: Path) -> bytes:
    """Write a secret beside its place and put it there in one step: whoever comes second takes the first one's."""
    place, draft = folder / SECRET_NAME, folder / f"{SECRET_NAME}-{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, place)
        if (secret := _read(place)) is None:  # what stands there is damaged
            draft.replace(place)
            secret = place.read_bytes()
    finally:
        draft.unlink(missing_ok=True)
    return secret
