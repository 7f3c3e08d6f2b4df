"""What every command about a prompt is given: the prompt's text, lanes, the model to load.

Knows options and loading; knows nothing of what is done with them.
"""

import argparse
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from griffin_core.cli.output import Progress, remark
from griffin_core.errors import PromptError, SettingsError
from griffin_core.events import Event, ModelFacts
from griffin_core.settings import LaneSettings

if TYPE_CHECKING:
    from torch import Tensor

    from griffin_core.loading import LoadedModel

T = TypeVar("T")


def read_prompt(words: str) -> str:
    """The prompt itself; `-` stands for standard input, whose last line break does not belong to it."""
    if words == "-":
        if sys.stdin is None:
            raise PromptError("there is no standard input to read the prompt from. Give it as an argument.")
        if sys.stdin.isatty():
            remark("Type the prompt; Ctrl+D on an empty line ends it.")
        try:
            words = sys.stdin.buffer.read().decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise PromptError(f"standard input is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    check_text("the prompt", words)
    return words


def check_text(name: str, words: str) -> None:
    """Raise PromptError, about the text called `name`, unless something can be read there."""
    if not words.isascii() and any("\ud800" <= letter <= "\udfff" for letter in words):
        raise PromptError(f"{name} is not UTF-8 text. Check the encoding of the terminal or of the file.")
    if not words.strip():
        raise PromptError(f"{name} is empty. Write some text.")


def read_lanes(lanes: list[str]) -> tuple[LaneSettings, ...]:
    """The lanes as written; the table of methods they are checked against needs torch."""
    with starting_torch():
        from griffin_core.lanes import parse_lane

    return tuple(parse_lane(lane) for lane in lanes)


def given(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Options that were given; the settings know the defaults of the others."""
    values = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def check_template(arguments: argparse.Namespace) -> None:
    """Raise SettingsError where a system prompt has no template to go into."""
    if arguments.system is not None and not arguments.chat:
        raise SettingsError("--system needs the chat template. Leave out --no-chat, or put its text into the prompt.")


def load_and_encode(arguments: argparse.Namespace, prompt: str) -> "tuple[LoadedModel, Tensor]":
    """The model asked for, and the prompt as (1, S) token ids."""
    loaded = load(arguments)
    from griffin_core.prompts import encode_prompt

    return loaded, encode_prompt(loaded, prompt, chat=arguments.chat, system=arguments.system)


def load(arguments: argparse.Namespace) -> "LoadedModel":
    """The model asked for; says on standard error what is being waited for."""
    with starting_torch():
        from griffin_core.loading import load_model

    progress = Progress()
    progress(f"loading {arguments.model}", None)
    try:
        return load_model(
            arguments.model,
            device=arguments.device,
            dtype=arguments.dtype,
            revision=arguments.revision,
            progress=progress,
        )
    finally:
        progress.clear()


@contextmanager
def starting_torch() -> Iterator[None]:
    """Importing torch takes seconds: inside, say so on standard error, unless that is behind us."""
    progress = Progress()
    if "torch" not in sys.modules:
        progress("starting PyTorch …", None)
    try:
        yield
    finally:
        progress.clear()


def getting_ready(events: Generator[Event, None, T]) -> Generator[Event, None, T]:
    """The same events and outcome; says on standard error that something is done until the first event comes."""
    progress = Progress()
    progress("getting ready", None)
    with closing(events):
        try:
            first = next(events)
        except StopIteration as nothing:
            outcome: T = nothing.value
            return outcome
        finally:
            progress.clear()
        yield first
        return (yield from events)


def model_keys(model: ModelFacts) -> dict[str, Any]:
    """What ran on what, as the JSON contract has it."""
    return {
        "model": model.model,
        "revision": model.revision,
        "device": model.device,
        "dtype": model.dtype,
        "versions": model.versions,
    }
