"""Results as they are found, one JSON object a line, behind a header that says of what. Knows files; evaluates nothing.

A line is in the file before the next prompt begins, so an interruption costs the prompt in hand. A last line that
breaks off is cut away; a file of another evaluation, or one that is none of ours, is left as it is and refused.
"""

import dataclasses
import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from griffin_core.errors import SuiteError
from griffin_core.evaluating.prompts_file import EvaluationPrompt, digest
from griffin_core.evaluating.result import PromptResult
from griffin_core.events import ModelFacts
from griffin_core.settings import EvaluationSettings, lane_names

FORMAT = "griffin-eval"
VERSION = 1
_RESULT = TypeAdapter(PromptResult)


def make_header(
    prompts: Sequence[EvaluationPrompt], settings: EvaluationSettings, model: ModelFacts, *, threads: int
) -> dict[str, Any]:
    """All that decides the results. threads: of the processor, as torch may use them."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "prompts": len(prompts),
        "prompts_sha256": digest(prompts),
        "lanes": list(lane_names(settings.lanes)),
        "max_new_tokens": settings.max_new_tokens,
        "stop": list(settings.stop),
        "seed": settings.seed,
        "threads": threads,
        **dataclasses.asdict(model),
    }


class ResultsFile:
    """A file of results that is being added to; `done` are those it held when it was opened."""

    def __init__(self, path: Path, file: BinaryIO, done: tuple[PromptResult, ...]) -> None:
        self.done = done
        self._path = path
        self._file = file

    def add(self, result: PromptResult) -> None:
        """Write one result, whole. Raises SuiteError where the disk refuses."""
        with _writing(self._path):
            self._file.write(_line(dataclasses.asdict(result)))
            self._file.flush()


@contextmanager
def open_results(path: Path, header: dict[str, Any]) -> Iterator[ResultsFile]:
    """The file at `path`, made if it is not there, for as long as the block lasts; nobody else writes to it then.

    Raises SuiteError for a file of another evaluation, one that cannot be read or written, and one that is in use.
    """
    with _writing(path):
        path.touch()
        file = path.open("r+b")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SuiteError(
                f"another evaluation is writing to {path}. Wait for it, or choose another --out."
            ) from None
        lines = file.read().split(b"\n")
        whole, broken = lines[:-1], lines[-1]
        if whole:
            _check_header(path, whole[0], header)
        elif broken and not _line(header).startswith(broken):
            raise SuiteError(f"{path} is no file of results. Choose another --out.")
        done = tuple(_read(path, number, line) for number, line in enumerate(whole[1:], 1))
        if len(done) > header["prompts"]:
            raise SuiteError(f"{path} has {len(done)} results for {header['prompts']} prompts. Choose another --out.")
        with _writing(path):
            file.truncate(file.tell() - len(broken))
            file.seek(0, 2)
            if not whole:
                file.write(_line(header))
                file.flush()
        yield ResultsFile(path, file, done)


def _check_header(path: Path, line: bytes, wanted: dict[str, Any]) -> None:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise SuiteError(f"{path} is no file of results. Choose another --out.")
    wanted = json.loads(json.dumps(wanted))  # tuples are lists there
    for key in dict.fromkeys((*wanted, *found)):
        if found.get(key) != wanted.get(key):
            raise SuiteError(
                f"{path} holds results of another evaluation: its {key} is {found.get(key)!r}, here it is "
                f"{wanted.get(key)!r}. Choose another --out, or ask for what it was begun with."
            )


def _read(path: Path, number: int, line: bytes) -> PromptResult:
    try:
        result = _RESULT.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise SuiteError(
            f"line {number + 1} of {path} is no result ({place}: {first['msg']}). Choose another --out."
        ) from None
    if result.number != number:
        raise SuiteError(
            f"line {number + 1} of {path} has prompt {result.number}, but {number} is next. Choose another --out."
        )
    return result


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise SuiteError(f"{path} cannot be written: {error}. Choose another --out, or free space there.") from None


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, allow_nan=False).encode() + b"\n"
