"""A suite: prompts in a file, one JSON object a line. Checked as a whole before anything is waited for; knows no model.

    {"prompt": "Explain …", "id": "q1", "system": "Be brief.", "chat": true, "title": "…", "tags": ["science"]}

Only `prompt` must be there. Blank lines and lines that begin with # are skipped.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from griffin_core.errors import SuiteError
from griffin_core.recording import PromptText, clean_tags, clean_title
from griffin_core.session.suite_lines import MAX_PROMPTS, at_line, check_words, read_object, short, suite_lines

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
    for number, line in suite_lines(Path(path)):
        with at_line(number):
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


def _prompt(line: str, *, place: int, number: int) -> SuitePrompt:
    values = read_object(line)
    if unknown := [key for key in values if key not in KEYS]:
        raise SuiteError(f'unknown key "{unknown[0]}". Known keys: {", ".join(KEYS)}.')
    for key in ("prompt", "id", "system", "title"):
        check_words(key, values.get(key))
    if values.get("prompt") is None:
        raise SuiteError('there is no "prompt".')
    chat, system = values.get("chat", True), values.get("system")
    if not isinstance(chat, bool):
        raise SuiteError(f'"chat" must be true or false, got {short(chat)}.')
    if system is not None and not chat:
        raise SuiteError('"system" needs the chat template. Leave out "chat": false, or put its text into the prompt.')
    title, name = values.get("title") or "", values.get("id")
    if name is not None and (len(name) > MAX_ID or not name.isprintable()):
        raise SuiteError(f'"id" must be one line of at most {MAX_ID} characters, got {short(name)}.')
    return SuitePrompt(
        number=place,
        line=number,
        id=name or "",
        prompt=PromptText(text=values["prompt"], system=system, chat=chat),
        title=clean_title(title),
        tags=_tags(values.get("tags")),
    )


def _tags(given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        raise SuiteError(f'"tags" must be a list of texts, got {short(given)}.')
    for tag in given:
        check_words("tags", tag)
        if tag is None:
            raise SuiteError('"tags" must be a list of texts, got null in it.')
    return clean_tags(given)
