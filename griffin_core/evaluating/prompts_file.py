"""Prompts to evaluate on, one JSON object a line. Checked as a whole before anything is waited for; knows no model.

    {"prompt": "###\\nArticle: …", "reference": "…"}
    {"messages": [{"role": "user", "content": "…"}]}

A `prompt` is continued as it stands, `messages` go into the model's chat template. `reference` is an answer to measure
ROUGE against. Other keys are ignored; blank lines and lines that begin with # are skipped.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from griffin_core.errors import SuiteError
from griffin_core.session.suite_lines import MAX_PROMPTS, at_line, check_words, read_object, short, suite_lines

MESSAGE = '{"role": "user", "content": "Hello"}'


@dataclass(frozen=True, kw_only=True)
class EvaluationPrompt:
    """One line of the file: `text` to be continued, or the (role, content) pairs of `messages`; the other is None."""

    line: int
    text: str | None = None
    messages: tuple[tuple[str, str], ...] | None = None
    reference: str | None = None

    @property
    def last_words(self) -> str:
        """What a reader recognises the prompt by: its text, or the last message."""
        return self.text if self.text is not None else (self.messages or (("", ""),))[-1][1]


def read_prompts(path: str | Path) -> tuple[EvaluationPrompt, ...]:
    """Every prompt of the file. Raises SuiteError, with the number of the line, for the first that cannot be used."""
    prompts: list[EvaluationPrompt] = []
    for number, line in suite_lines(Path(path)):
        with at_line(number):
            prompts.append(_prompt(read_object(line), number))
            if len(prompts) > MAX_PROMPTS:
                raise SuiteError(f"an evaluation may have {MAX_PROMPTS:,} prompts. Split the file.")
    if not prompts:
        raise SuiteError(f'{path} holds no prompt. Write one a line, such as {{"prompt": "Hello"}}.')
    return tuple(prompts)


def digest(prompts: Sequence[EvaluationPrompt]) -> str:
    """What tells these prompts from others: all that they say, in their order."""
    said = [{key: value for key, value in asdict(prompt).items() if key != "line"} for prompt in prompts]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _prompt(values: dict[str, Any], number: int) -> EvaluationPrompt:
    given = [key for key in ("prompt", "messages") if values.get(key) is not None]
    if len(given) != 1:
        seen = "both" if given else f"the keys {short(list(values))}"
        raise SuiteError(f'a line has either "prompt" or "messages", got {seen}. Write for example {{"prompt": "Hi"}}.')
    if unused := next((key for key in ("system", "chat") if key in values), None):
        raise SuiteError(
            f'"{unused}" is not read here: a "prompt" is continued as it stands. Write "messages": [{MESSAGE}] for the '
            "chat template."
        )
    for key in ("prompt", "reference"):
        check_words(key, values.get(key))
    messages = None if given == ["prompt"] else _messages(values["messages"])
    return EvaluationPrompt(
        line=number, text=values.get("prompt"), messages=messages, reference=values.get("reference")
    )


def _messages(given: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, list) or not given:
        raise SuiteError(f'"messages" must be a list such as [{MESSAGE}], got {short(given)}.')
    for message in given:
        if not isinstance(message, dict) or set(message) != {"role", "content"}:
            raise SuiteError(f"a message must be an object such as {MESSAGE}, got {short(message)}.")
        for key in ("role", "content"):
            if message[key] is None:
                raise SuiteError(f'"{key}" of a message must be a text, got null.')
            check_words(key, message[key])
    return tuple((message["role"], message["content"]) for message in given)
