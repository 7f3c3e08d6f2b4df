"""A suite: prompts in a file, one JSON object a line. Checked as a whole before anything is waited for; knows no model.

    {"prompt": "Explain …", "id": "q1", "system": "Be brief.", "chat": true, "title": "…", "tags": ["science"]}

Only `prompt` must be there. Blank lines and lines that begin with # are skipped.
"""

import json
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from griffin_core.errors import RecordingError, SuiteError
from griffin_core.recording import PromptText, clean_tags, clean_title

MAX_BYTES = 32 << 20
MAX_PROMPTS = 10_000
MAX_ID = 80
KEYS = ("prompt", "id", "system", "chat", "title", "tags")


@dataclass(frozen=True, kw_only=True)
class SuitePrompt:
    """One prompt of a suite. number: its place, from 1; id: its name in the results.

    Where none was given, id is the number; where another prompt is called that, 2-2 for prompt 2.
    """

    number: int
    line: int
    id: str
    prompt: PromptText
    title: str = ""
    tags: tuple[str, ...] = ()


def read_suite(path: str | Path) -> tuple[SuitePrompt, ...]:
    """Every prompt of the file. Raises SuiteError, with the number of the line, for the first that cannot be used."""
    prompts: list[SuitePrompt] = []
    lines_of: dict[str, int] = {}
    for number, line in _lines(Path(path)):
        with _at(number):
            prompt = _prompt(line, place=len(prompts) + 1, number=number)
            if prompt.id and prompt.id in lines_of:
                raise SuiteError(f'the id "{prompt.id}" is that of line {lines_of[prompt.id]}. Give it another one.')
            if len(prompts) == MAX_PROMPTS:
                raise SuiteError(f"a suite may have {MAX_PROMPTS:,} prompts. Split it.")
        lines_of[prompt.id] = number
        prompts.append(prompt)
    if not prompts:
        raise SuiteError(f'{path} holds no prompt. Write one a line, such as {{"prompt": "Hello"}}.')
    return tuple(_named(prompts, {prompt.id for prompt in prompts}))


def _named(prompts: Iterable[SuitePrompt], taken: Set[str]) -> Iterator[SuitePrompt]:
    """The prompts, those without an id under one that nobody else has."""
    for prompt in prompts:
        numbered = (f"{prompt.number}-{again}" for again in count(2))
        free = (name for name in chain((str(prompt.number),), numbered) if name not in taken)
        yield prompt if prompt.id else replace(prompt, id=next(free))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that say something."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise SuiteError(f"{path} cannot be read: {error}. Check the file's name.") from None
    if len(data) > MAX_BYTES:
        raise SuiteError(f"{path} is larger than {MAX_BYTES:,} bytes. Split it.")
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip() and not line.startswith(b"#"):
            with _at(number):
                yield number, _text(line)


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError(f"this is not UTF-8 text ({error.reason} at byte {error.start}).") from None


def _prompt(line: str, *, place: int, number: int) -> SuitePrompt:
    values = _object(line)
    if unknown := [key for key in values if key not in KEYS]:
        raise SuiteError(f'unknown key "{unknown[0]}". Known keys: {", ".join(KEYS)}.')
    for key in ("prompt", "id", "system", "title"):
        _check_words(key, values.get(key))
    if values.get("prompt") is None:
        raise SuiteError('there is no "prompt".')
    chat, system = values.get("chat", True), values.get("system")
    if not isinstance(chat, bool):
        raise SuiteError(f'"chat" must be true or false, got {_short(chat)}.')
    if system is not None and not chat:
        raise SuiteError('"system" needs the chat template. Leave out "chat": false, or put its text into the prompt.')
    title, name = values.get("title") or "", values.get("id")
    if name is not None and (len(name) > MAX_ID or not name.isprintable()):
        raise SuiteError(f'"id" must be one line of at most {MAX_ID} characters, got {_short(name)}.')
    return SuitePrompt(
        number=place,
        line=number,
        id=name or "",
        prompt=PromptText(text=values["prompt"], system=system, chat=chat),
        title=clean_title(title),
        tags=_tags(values.get("tags")),
    )


def _object(line: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SuiteError(f"this is not JSON: {error}.") from None
    if not isinstance(values, dict):
        raise SuiteError(f'a line must be an object such as {{"prompt": "Hello"}}, got {_short(values)}.')
    return values


def _check_words(key: str, words: object) -> None:
    """Raise SuiteError unless `words` is None or a text with something in it."""
    if words is None:
        return
    if not isinstance(words, str):
        raise SuiteError(f'"{key}" must be a text, got {_short(words)}.')
    if not words.strip():
        raise SuiteError(f'"{key}" is empty. Write some text, or leave it out.')
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise SuiteError(f'"{key}" holds half a character, which no encoding can hold. Remove it.')


def _tags(given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        raise SuiteError(f'"tags" must be a list of texts, got {_short(given)}.')
    for tag in given:
        _check_words("tags", tag)
        if tag is None:
            raise SuiteError('"tags" must be a list of texts, got null in it.')
    return clean_tags(given)


@contextmanager
def _at(number: int) -> Iterator[None]:
    try:
        yield
    except (SuiteError, RecordingError) as error:  # titles and tags are those of a recording
        raise SuiteError(f"line {number} of the suite: {error}") from None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
