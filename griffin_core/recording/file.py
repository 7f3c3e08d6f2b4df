"""A file that grows by whole lines and has one writer at a time. Knows bytes; knows no event."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

from griffin_core.errors import RecordingError

PATIENCE_S = 5.0
_PAUSE_S = 0.02


class RecordingFile:
    """`write` a line: it is in the file, whole, when this returns. Closed by the first write that fails."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._whole_bytes = os.fstat(descriptor).st_size

    @classmethod
    def created(cls, path: Path) -> Self:
        """A new file. Raises RecordingError when there is something at `path`."""
        file = cls(path, _open(path, os.O_CREAT | os.O_EXCL))
        fcntl.flock(file._descriptor, fcntl.LOCK_EX)
        return file

    @classmethod
    def reopened(cls, path: Path) -> Self:
        """An existing one, once nobody else writes it. Raises RecordingError when that takes too long."""
        descriptor = _open(path, 0)
        given_up_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > given_up_s:
                    os.close(descriptor)
                    raise RecordingError(f"{path.name} is being written by somebody else. Try again later.") from None
                time.sleep(_PAUSE_S)
            else:
                return cls(path, descriptor)

    def cut(self, whole_bytes: int, *, whole_line: bool) -> None:
        """Take off what follows the first `whole_bytes`; end their last line unless it has an end."""
        self._whole_bytes = whole_bytes
        os.ftruncate(self._descriptor, whole_bytes)
        if not whole_line:
            self.write(b"\n")

    def write(self, line: bytes) -> None:
        """Append it. Raises RecordingError when it cannot be, the file then being as it was before, and closed."""
        if self._descriptor < 0:
            raise RecordingError(f"the recording {self.path.name} is closed.")
        try:
            written = os.write(self._descriptor, line)
            while written < len(line):
                written += os.write(self._descriptor, line[written:])
        except OSError as error:
            os.ftruncate(self._descriptor, self._whole_bytes)
            self.close()
            raise RecordingError(
                f"{self.path.name} cannot be written: {error.strerror}. Free space and try again."
            ) from error
        self._whole_bytes += len(line)

    def close(self, *, keep: bool = True) -> None:
        """Leave it complete on disk; keep False: take it away. May be called again."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        try:
            os.fsync(descriptor)
        finally:
            if not keep:
                self.path.unlink(missing_ok=True)
            os.close(descriptor)  # gives the lock back


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | flags, 0o644)
    except FileExistsError:
        raise RecordingError(f"{path} is there already. Choose another name, or delete it first.") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise RecordingError(f"{path} cannot be written: {reason}. Choose another place.") from error
