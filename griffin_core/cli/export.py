"""`export`: recordings in the formats of others. Needs neither torch nor the model; knows names, files and streams."""

import argparse
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output, remark
from griffin_core.errors import SettingsError

if TYPE_CHECKING:
    from griffin_core.recording import Recording


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Write the recordings to --out, or to standard output."""
    from griffin_core.recording import read_recording

    _check(arguments, output)

    text = exported([read_recording(file) for file in arguments.files], arguments.format)
    if arguments.out is None:
        _write(text, output)
        return DONE
    size = save(text, Path(arguments.out))
    if output.as_json:
        output.write_object({"format": arguments.format, "out": arguments.out, "size_bytes": size})
    else:
        remark(f"{arguments.out}: {size:,} bytes")
    return DONE


def exported(recordings: "Sequence[Recording]", name: str) -> str:
    """The recordings in the format called `name`; only LLM Comparator takes several."""
    from griffin_core.exporting import FORMATS, llm_comparator

    if len(recordings) > 1:
        return llm_comparator(*recordings)
    write = next(found.write for found in FORMATS.values() if found.name == name)
    return write(recordings[0])


def save(text: str, path: Path) -> int:
    """Write a new file and tell its size. Raises SettingsError where there is one, or none can be."""
    data = text.encode()
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise SettingsError(f"{path} is there already. Choose another name, or delete it first.") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise SettingsError(f"{path} cannot be written: {error}. Choose another place.") from None
    return len(data)


def _check(arguments: argparse.Namespace, output: Output) -> None:
    from griffin_core.exporting import FORMATS

    known = [found.name for found in FORMATS.values()]
    if arguments.format not in known:
        raise SettingsError(f'unknown format "{arguments.format}". Use one of: {", ".join(known)}.')
    if len(arguments.files) > 1 and arguments.format != "llm-comparator":
        raise SettingsError(
            f"{arguments.format} takes one recording, got {len(arguments.files)}. "
            "Export them one by one, or use --as llm-comparator."
        )
    if output.as_json and arguments.out is None:
        raise SettingsError("--json needs --out, or the export and the object would be mixed. Name a file.")


def _write(text: str, output: Output) -> None:
    """To a terminal with nothing in it that could steer it, elsewhere byte for byte."""
    if output.is_terminal:
        for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
            output.write_line(line)
    elif isinstance(output.stream, io.TextIOWrapper):
        output.stream.flush()
        output.stream.buffer.write(text.encode())
        output.stream.buffer.flush()
    else:
        output.stream.write(text)
