"""The folder of converted models: names, checks, atomic publication. Knows nothing of what a model is.

An entry is a folder `<name>` with a `manifest.json` that lists every other file with size and CRC-32. It is written
under another name and renamed when complete, so that nobody ever sees half of one.
"""

import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from griffin_core.loading.progress import Progress
from griffin_core.user_cache import cache_folder

_MANIFEST = "manifest.json"
_PARTIAL = ".partial-"
_BLOCK = 8 << 20


@dataclass(frozen=True, kw_only=True)
class CacheEntry:
    """One converted model. `source`: the file it was made from; `complete`: all files are there in full size."""

    name: str
    path: Path
    source: str
    size_bytes: int
    complete: bool


@dataclass(frozen=True, kw_only=True)
class _Manifest:
    """What an entry was made from, and (bytes, CRC-32) of each of its files."""

    source: str
    files: dict[str, tuple[int, int]]


def entries_folder() -> Path:
    """Where converted models lie."""
    return cache_folder() / "converted"


def cache_entries() -> tuple[CacheEntry, ...]:
    """All converted models, by name, with what was left by conversions that broke off."""
    folder = entries_folder()
    return tuple(_describe(path) for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else ()


def clear_cache() -> tuple[CacheEntry, ...]:
    """Delete all converted models and tell which. Raises OSError where that is not allowed."""
    entries = cache_entries()
    for entry in entries:
        with only_process(entry.path.parent / entry.name.split(_PARTIAL)[0], progress=None):
            shutil.rmtree(entry.path)
    for lock in entries_folder().glob("*.lock"):
        lock.unlink(missing_ok=True)
    return entries


@contextmanager
def only_process(entry: Path, *, progress: Progress | None) -> Iterator[bool]:
    """Inside, no other process makes or deletes this entry. Yields False where the folder cannot be locked."""
    with ExitStack() as stack:
        try:
            entry.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{entry}.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if progress:
                    progress("waiting for another process that is preparing the same model", None)
                lock.acquire()
            stack.callback(lock.release)
            locked = True
        except OSError:  # a read-only cache, or a file system without locks
            locked = False
        yield locked


def is_intact(entry: Path) -> bool:
    """Whether every byte is what was written."""
    try:
        files = _read_manifest(entry).files
        return bool(files) and all(_checksum(entry / name) == expected for name, expected in files.items())
    except (OSError, ValueError):
        return False


def discard_partials(entry: Path) -> None:
    """Delete what broken-off conversions of this entry left. Only for the process that holds its lock."""
    for path in entry.parent.glob(f"{entry.name}{_PARTIAL}*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def published(entry: Path, *, source: str) -> Iterator[Path]:
    """Yields a folder to fill; on leaving without an error it becomes the entry, in the place of an older one."""
    partial = entry.with_name(f"{entry.name}{_PARTIAL}{os.getpid()}-{secrets.token_hex(4)}")
    partial.mkdir(parents=True)
    try:
        yield partial
        _write_manifest(partial, source=source)
        if entry.exists():
            shutil.rmtree(entry)
        try:
            partial.rename(entry)
        except OSError:
            # Without locks another process may have been faster; its entry is as good as ours.
            if not is_intact(entry):
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_manifest(folder: Path, *, source: str) -> None:
    files = {path.name: _checksum(path) for path in sorted(folder.iterdir())}
    manifest = folder / _MANIFEST
    manifest.write_text(json.dumps({"source": source, "files": files}, indent=1), encoding="utf-8")
    for name in files:  # safetensors writes files for the owner's eyes only; a shared cache is for all
        (folder / name).chmod(manifest.stat().st_mode)


def _read_manifest(entry: Path) -> _Manifest:
    """Raises OSError or ValueError."""
    values = json.loads((entry / _MANIFEST).read_text(encoding="utf-8"))
    try:
        files = {str(name): (int(size), int(crc)) for name, (size, crc) in values["files"].items()}
        return _Manifest(source=str(values["source"]), files=files)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a manifest: {values!r}") from error


def _checksum(path: Path) -> tuple[int, int]:
    size = crc = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            size, crc = size + len(block), zlib.crc32(block, crc)
    return size, crc


def _describe(path: Path) -> CacheEntry:
    sizes = {file.name: file.stat().st_size for file in path.iterdir() if file.is_file()}
    try:
        manifest = _read_manifest(path)
    except (OSError, ValueError):
        manifest = _Manifest(source="unknown", files={})
    complete = bool(manifest.files) and all(sizes.get(name) == size for name, (size, _) in manifest.files.items())
    return CacheEntry(
        name=path.name, path=path, source=manifest.source, size_bytes=sum(sizes.values()), complete=complete
    )
