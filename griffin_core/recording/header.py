"""The first line of a recording: what was run, on what, when. Knows records; knows no file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from griffin_core.errors import RecordingError
from griffin_core.events import RunStarted

FORMAT = "griffin"
VERSION = (1, 0)
"""A reader must know the first number; of the second it may know less, and leaves out what is new to it."""

MAX_TITLE = 120
MAX_TAGS = 16
MAX_TAG = 40

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, kw_only=True)
class PromptText:
    """What was typed. chat: it was wrapped in the model's chat template."""

    text: str
    system: str | None = None
    chat: bool = True


@dataclass(frozen=True, kw_only=True)
class Header:
    """What surrounds a race.

    version: of the format. created: ISO 8601, UTC, such as "2026-05-04T12:30:00Z". run: the race as it was started.
    prompt: as typed; None where only its token ids are known. title: one line, "" where none was given.
    software: what wrote the recording, such as "griffin_core 0.1.0".
    """

    format: str = FORMAT
    version: tuple[int, int] = VERSION
    created: str
    software: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    prompt: PromptText | None = None
    run: RunStarted


def check_header(header: Header) -> None:
    """Raise RecordingError unless the header's words are as a recorder writes them."""
    if header.title != clean_title(header.title) or header.tags != clean_tags(header.tags):
        raise RecordingError("title and tags must be one line each, without spaces around them.")
    if not _MOMENT.fullmatch(header.created):
        raise RecordingError(f'created must be a moment such as 2026-05-04T12:30:00Z, got "{header.created:.40}".')
    if header.software != _one_line(header.software) or len(header.software) > MAX_TITLE:
        raise RecordingError("software must be one short line.")


def clean_title(title: str) -> str:
    """`title` on one line. Raises RecordingError when it is too long."""
    line = _one_line(title)
    if len(line) > MAX_TITLE:
        raise RecordingError(f"a title may have {MAX_TITLE} characters, got {len(line)}. Shorten it.")
    return line


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """`tags`, each once and on one line. Raises RecordingError when they are too many or too long."""
    lines = tuple(dict.fromkeys(line for tag in tags if (line := _one_line(tag))))
    if len(lines) > MAX_TAGS:
        raise RecordingError(f"a recording may have {MAX_TAGS} tags, got {len(lines)}. Leave some out.")
    if long := next((line for line in lines if len(line) > MAX_TAG), None):
        raise RecordingError(f'a tag may have {MAX_TAG} characters, got {len(long)}: "{long}". Shorten it.')
    return lines


def public_model(name: str) -> str:
    """`name` of a model, of one that lies in a folder of this machine only the last part; hub ids stay as they are."""
    local = name.startswith(("~", ".")) or PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute()
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1] if local else name


def _one_line(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise RecordingError(f"{text!r:.60} is not text: a byte of it could not be read. Write it in UTF-8.")
    return " ".join(text.split())
