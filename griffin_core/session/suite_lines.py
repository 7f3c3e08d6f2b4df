"""Lines of a suite: numbered, decoded, one JSON object each. Knows files and JSON; knows no keys of a prompt."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from griffin_core.errors import RecordingError, SuiteError

MAX_BYTES = 32 << 20
MAX_PROMPTS = 10_000


def suite_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that say something: not blank, not begun with #. Raises SuiteError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise SuiteError(f"{path} cannot be read: {error}. Check the file's name.") from None
    if len(data) > MAX_BYTES:
        raise SuiteError(f"{path} is larger than {MAX_BYTES:,} bytes. Split it.")
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip() and not line.startswith(b"#"):
            with at_line(number):
                yield number, _text(line)


def read_object(line: str) -> dict[str, Any]:
    """The line's JSON object. Raises SuiteError for anything else."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SuiteError(f"this is not JSON: {error}.") from None
    if not isinstance(values, dict):
        raise SuiteError(f'a line must be an object such as {{"prompt": "Hello"}}, got {short(values)}.')
    return values


def check_words(key: str, words: object) -> None:
    """Raise SuiteError unless `words` is None or a text with something in it."""
    if words is None:
        return
    if not isinstance(words, str):
        raise SuiteError(f'"{key}" must be a text, got {short(words)}.')
    if not words.strip():
        raise SuiteError(f'"{key}" is empty. Write some text, or leave it out.')
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise SuiteError(f'"{key}" holds half a character, which no encoding can hold. Remove it.')


@contextmanager
def at_line(number: int) -> Iterator[None]:
    """Inside, what is wrong with a line is said with its number."""
    try:
        yield
    except (SuiteError, RecordingError) as error:  # titles and tags are those of a recording
        raise SuiteError(f"line {number} of the suite: {error}") from None


def short(value: object) -> str:
    """What was found, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError(f"this is not UTF-8 text ({error.reason} at byte {error.start}).") from None
