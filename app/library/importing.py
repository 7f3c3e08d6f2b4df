"""An upload becomes a recording of ours: checked, then written anew. Knows the format; knows no client and no name.

Only what the checked records hold is written. Nothing else of the upload reaches the disk, its file name least of all.
"""

import dataclasses
import io
import logging
import os
from pathlib import Path

from app.library.entries import summarise
from app.library.errors import LibraryError
from app.library.store import FileFound
from app.text import library as text
from griffin_core.recording import VERSION, Header, Limits, Recording, read_recording
from griffin_core.recording.header import public_model
from griffin_core.recording.lines import event_line, header_line

UPLOAD_LIMITS = Limits(bytes=16 << 20, line_bytes=2 << 20, events=50_000)
"""Of an upload after unpacking. A race of 256 tokens with its maps and a closer look is well under one MiB."""

UPLOAD_BYTES = 8 << 20
"""Of an upload as it is sent."""

_log = logging.getLogger(__name__)


def checked(data: bytes, recording_id: str, *, limits: Limits = UPLOAD_LIMITS) -> bytes:
    """The file to keep for an upload. Raises RecordingError (with the number of the line) and LibraryError."""
    if len(data) > UPLOAD_BYTES:
        raise LibraryError(text.upload_too_large(UPLOAD_BYTES))
    found = FileFound(id=recording_id, size=len(data), mtime_ns=0)
    recording = read_recording(io.BytesIO(data), limits=limits)
    summarise(recording, found)  # what the gallery cannot sum up must not come in
    return rewritten(recording)


def rewritten(recording: Recording) -> bytes:
    """The lines of a recording, as this program would write them."""
    _, *events = recording.events  # the race's start stands in the header
    return b"".join([header_line(_own(recording.header)), *map(event_line, events)])


def put(data: bytes, path: Path) -> None:
    """Write a file that is there whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError as error:
        _log.warning("an import could not be kept: %s", error)
        raise LibraryError(text.DISK_FULL) from error
    finally:
        draft.unlink(missing_ok=True)


def _own(header: Header) -> Header:
    model = dataclasses.replace(header.run.model, model=public_model(header.run.model.model))
    return dataclasses.replace(header, version=VERSION, run=dataclasses.replace(header.run, model=model))
