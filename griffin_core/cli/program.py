"""Run one command and keep the contract for programs. Knows exit codes and pipes; knows nothing of models."""

import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout

from griffin_core.cli.exit_codes import BAD_INPUT, FAILED, INTERRUPTED
from griffin_core.cli.output import Output, remark
from griffin_core.cli.parser import build_parser, wants_json
from griffin_core.errors import GriffinError, InputError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name; default: this process's). Returns the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an ASCII terminal shows ? and goes on
    try:
        return _answer(words, Output(stream=sys.stdout, as_json=wants_json(words)))
    except BrokenPipeError:
        return _reader_gone()


def _answer(words: Sequence[str], output: Output) -> int:
    try:
        return _run(words, output)
    except KeyboardInterrupt:
        return _fail(output, "Interrupted", "interrupted before the end.", INTERRUPTED)
    except InputError as error:
        return _fail(output, type(error).__name__, str(error), BAD_INPUT)
    except GriffinError as error:
        return _fail(output, type(error).__name__, str(error), FAILED)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  # the last door: a program reading us must get its object
        traceback.print_exc()
        return _fail(output, type(error).__name__, str(error) or "unexpected error", FAILED)


def _run(words: Sequence[str], output: Output) -> int:
    arguments = build_parser().parse_args(words)
    # Whatever a library prints is no result.
    with redirect_stdout(sys.stderr):
        code: int = arguments.command(arguments, output)
    output.stream.flush()
    return code


def _fail(output: Output, kind: str, message: str, code: int) -> int:
    remark(f"error: {message}")
    if output.as_json:
        output.write_object({"error": {"type": kind, "message": message}})
    output.stream.flush()
    return code


def _reader_gone() -> int:
    """`| head` closed the pipe: end quietly. What is still buffered would complain when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
