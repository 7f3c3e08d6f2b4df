"""Turn what torch, transformers and the file formats raise into our own errors. Knows nothing of where files lie."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from griffin_core.errors import DamagedModelError, DeviceError, GriffinError, OutOfMemoryError, UnsupportedModelError
from griffin_core.memory import ran_out_of_memory

_FOREIGN_CODE = ("trust_remote_code", "custom code")
_FOREIGN_ARCHITECTURE = ("is not supported yet", "unrecognized configuration class", "unrecognized model")
_LONGEST_DETAIL = 300


@contextmanager
def in_words(name: str, *, doing: str) -> Iterator[None]:
    """Inside, errors of foreign code become ours: `doing` completes "… failed while <doing>"."""
    try:
        yield
    except GriffinError:
        raise
    except Exception as error:  # foreign readers raise anything on damaged input
        raise _translated(error, name=name, doing=doing) from error


@contextmanager
def memory_in_words(what: str, *, advice: str, release: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Inside, running out of memory becomes our error, "`what` does not fit into memory …"; others pass.

    release: gives up what only waits for later use, so that the next try has more room.
    """
    try:
        yield
    except GriffinError:
        raise
    except Exception as error:  # torch says it with different classes on different devices
        if not ran_out_of_memory(error):
            raise
        release()
        raise OutOfMemoryError(f"{what} does not fit into memory ({first_line(error)}). {advice}") from error


def _translated(error: Exception, *, name: str, doing: str) -> GriffinError:
    detail = first_line(error)
    lowered = str(error).lower()
    if ran_out_of_memory(error):
        return OutOfMemoryError(
            f"{name} does not fit into memory: it ran out while {doing} ({detail}). "
            "Choose a smaller model or a shorter dtype, or free memory."
        )
    if isinstance(error, torch.AcceleratorError):
        return DeviceError(f"the device failed while {doing} of {name}: {detail}. Restart, or choose device cpu.")
    if any(text in lowered for text in _FOREIGN_CODE):
        return UnsupportedModelError(
            f"{name} can only be loaded by running Python code that comes with it, which is never done here. "
            "Choose a model whose architecture transformers knows by itself."
        )
    if any(text in lowered for text in _FOREIGN_ARCHITECTURE):
        return UnsupportedModelError(
            f"{name} has an architecture that cannot be read as a causal language model ({detail}). "
            "Choose another model; for a .gguf file, the same model in safetensors may work."
        )
    if isinstance(error, ImportError):
        return UnsupportedModelError(f"{name} needs a package that is not installed: {detail}. Install it and retry.")
    return DamagedModelError(
        f"{name} cannot be read: {doing} failed with {type(error).__name__}: {detail}. "
        "The files are incomplete or damaged; fetch them again."
    )


def first_line(error: BaseException) -> str:
    """The first sentence of an error's text, on one line, cut to a readable length, without its full stop."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    text = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    return (text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…").rstrip(".")
