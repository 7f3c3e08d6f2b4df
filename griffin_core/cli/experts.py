"""`--experts NAME=TEXT`: texts whose expert neurons lanes may use. Knows names and files; knows no model's tokens."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from griffin_core.cli.request import check_text
from griffin_core.errors import PromptError, SettingsError
from griffin_core.settings import LaneSettings, Source, check_source_name

if TYPE_CHECKING:
    from griffin_core.loading import LoadedModel


def read_experts(given: Iterable[str]) -> dict[str, str]:
    """The texts of `NAME=TEXT` and `NAME=@FILE` by name; a file's last line break does not belong to its text.

    `NAME=@@TEXT` is the text `@TEXT`. Raises SettingsError for a bad or repeated name, PromptError for a bad text.
    """
    texts: dict[str, str] = {}
    for words in given:
        name, equals, text = words.partition("=")
        if not equals:
            raise SettingsError(f'--experts "{words}" is not NAME=TEXT. Write for example --experts A="Sort a list."')
        check_source_name(name)
        if name in texts:
            raise SettingsError(f"--experts {name} is given twice. Leave one out, or give it another name.")
        if text.startswith("@@"):
            text = text[1:]
        elif text.startswith("@"):
            text = _file_text(name, Path(text[1:]))
        check_text(f"the text of --experts {name}", text)
        texts[name] = text
    return texts


def check_use(names: Iterable[str], lanes: Sequence[LaneSettings]) -> None:
    """Raise SettingsError for a text that no lane takes its experts from: it would change nothing."""
    used = {lane.experts for lane in lanes}
    if unused := [name for name in names if name not in used]:
        raise SettingsError(
            f"--experts {unused[0]} is used by no lane, the lanes are {', '.join(lane.name for lane in lanes)}. "
            f"Add --lane griffin:experts={unused[0]}, or leave the text out."
        )


def encode_experts(
    loaded: "LoadedModel", texts: Mapping[str, str], arguments: argparse.Namespace
) -> tuple[Source, ...]:
    """The texts as token ids, put into the same template and with the same system prompt as the prompt."""
    from griffin_core.prompts import encode_prompt

    sources = []
    for name, text in texts.items():
        try:
            tokens = encode_prompt(loaded, text, chat=arguments.chat, system=arguments.system)
        except PromptError as error:
            raise PromptError(f"--experts {name}: {error}") from error
        sources.append(Source(name=name, token_ids=tuple(tokens[0].tolist())))
    return tuple(sources)


def _file_text(name: str, path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise PromptError(
            f"--experts {name}: {path} is not UTF-8 text ({error.reason} at byte {error.start})."
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise PromptError(
            f"--experts {name}: {path} cannot be read ({error}). Check the file's name; write @@ for a text that "
            "begins with @."
        ) from None
