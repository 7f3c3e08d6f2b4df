"""The files of the library: a folder of recordings, and those that come with the app. Knows nothing of their contents.

ID.griffin.jsonl    a recording
ID.pinned           an empty file beside one that is to stay when room is made
.secret             what delete keys are made from
.deleted            ids that were deleted here, one a line
"""

import contextlib
import logging
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.library.errors import DeletedRecordingError, LibraryError, MissingRecordingError, WrongKeyError
from app.library.ids import ID_PATTERN, is_id, new_id
from app.library.keys import Keys
from app.text import library as text

SUFFIX = ".griffin.jsonl"
ROOM_TO_LEAVE = 256 * 1024 * 1024
"""Bytes of the disk that recordings leave to others."""

_PINNED = ".pinned"
_DELETED = ".deleted"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a new recording goes. key: for whoever makes it; it deletes the recording."""

    id: str
    path: Path
    key: str


class FileFound(NamedTuple):
    """A recording's file as its folder lists it. bundled: comes with the app; pinned: to stay when room is made."""

    id: str
    size: int
    mtime_ns: int
    bundled: bool = False
    pinned: bool = False


class Store:
    """folder: None, or one that cannot be made or written to, leaves the bundled recordings only."""

    def __init__(self, folder: Path | None, *, bundled: Path | None = None, room_to_leave: int = ROOM_TO_LEAVE) -> None:
        self._bundled = bundled
        self._room_to_leave = room_to_leave
        self._folder: Path | None = None
        if folder is None:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # prompts of visitors are nobody else's business
            self._keys = Keys(folder)
        except OSError as error:
            _log.warning("recordings cannot be kept in %s: %s", folder, error.strerror or error)
        else:
            self._folder = folder

    @property
    def folder(self) -> Path | None:
        """The folder for new recordings; None when there is none to write to."""
        return self._folder

    def new(self) -> Place:
        """Where the next recording goes. Raises LibraryError when nothing can be kept."""
        folder = self._own()
        if shutil.disk_usage(folder).free < self._room_to_leave:
            raise LibraryError(text.DISK_FULL)
        recording_id = new_id()
        return Place(id=recording_id, path=folder / f"{recording_id}{SUFFIX}", key=self._keys.key(recording_id))

    def path(self, recording_id: str) -> Path:
        """The file of a recording; any text may be asked for. Raises MissingRecordingError, DeletedRecordingError."""
        if not is_id(recording_id):
            raise MissingRecordingError(text.NO_SUCH_RECORDING)
        for folder in (self._bundled, self._folder):
            if folder and _is_there(path := folder / f"{recording_id}{SUFFIX}"):
                return path
        if self._folder and recording_id in _lines(self._folder / _DELETED):
            raise DeletedRecordingError(text.DELETED)
        raise MissingRecordingError(text.NO_SUCH_RECORDING)

    def file(self, recording_id: str) -> FileFound:
        """How a recording's file stands. Raises as `path` does."""
        path = self.path(recording_id)
        try:
            facts = path.stat()
        except FileNotFoundError:
            raise MissingRecordingError(text.NO_SUCH_RECORDING) from None
        return FileFound(
            id=recording_id,
            size=facts.st_size,
            mtime_ns=facts.st_mtime_ns,
            bundled=path.parent == self._bundled,
            pinned=path.with_name(recording_id + _PINNED).exists(),
        )

    def files(self) -> dict[str, FileFound]:
        """All recordings by their ids; nothing is opened. An id in both folders is the bundled one's."""
        return {**_listed(self._folder, bundled=False), **_listed(self._bundled, bundled=True)}

    def key(self, recording_id: str) -> str:
        """The key that deletes a recording of this folder."""
        self._own_path(recording_id)
        return self._keys.key(recording_id)

    def delete(self, recording_id: str, key: str) -> None:
        """Delete a recording. Raises WrongKeyError, and LibraryError for one that is not here or comes with the app."""
        path = self._changed(recording_id, key)
        path.unlink(missing_ok=True)
        path.with_name(recording_id + _PINNED).unlink(missing_ok=True)
        with (self._own() / _DELETED).open("a", encoding="ascii") as deleted:
            deleted.write(f"{recording_id}\n")

    def pin(self, recording_id: str, key: str) -> None:
        """Mark a recording as one to stay when room is made. Raises as `delete` does."""
        self._changed(recording_id, key).with_name(recording_id + _PINNED).touch()

    def unpin(self, recording_id: str, key: str) -> None:
        """Take the mark away. Raises as `delete` does."""
        self._changed(recording_id, key).with_name(recording_id + _PINNED).unlink(missing_ok=True)

    def _own(self) -> Path:
        if self._folder is None:
            raise LibraryError(text.KEEPS_NONE)
        return self._folder

    def _own_path(self, recording_id: str) -> Path:
        path = self.path(recording_id)
        if path.parent == self._bundled:
            raise LibraryError(text.BUNDLED_STAYS)
        return path

    def _changed(self, recording_id: str, key: str) -> Path:
        path = self._own_path(recording_id)
        if not self._keys.fits(recording_id, key):
            raise WrongKeyError(text.WRONG_KEY)
        return path


def _is_there(path: Path) -> bool:
    """A link could lead anywhere: only a file itself counts."""
    return path.is_file() and not path.is_symlink()


def _listed(folder: Path | None, *, bundled: bool) -> dict[str, FileFound]:
    if folder is None or not folder.is_dir():
        return {}
    listed: dict[str, FileFound] = {}
    pinned: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(_PINNED):
                pinned.append(name[: -len(_PINNED)])
            elif name.endswith(SUFFIX) and ID_PATTERN.fullmatch(found := name[: -len(SUFFIX)]):
                with contextlib.suppress(FileNotFoundError):  # deleted since it was listed
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode):
                        listed[found] = FileFound(found, facts.st_size, facts.st_mtime_ns, bundled)
    return listed | {found: listed[found]._replace(pinned=True) for found in pinned if found in listed}


def _lines(path: Path) -> frozenset[str]:
    try:
        return frozenset(path.read_text(encoding="ascii", errors="replace").split())
    except FileNotFoundError:
        return frozenset()
