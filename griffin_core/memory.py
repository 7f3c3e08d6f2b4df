"""Tell running out of memory from other errors. Knows torch; knows nothing of what was asked for."""

import torch

_SAID = ("out of memory", "can't allocate memory", "not enough memory", "cannot allocate memory")


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory is full; on a CPU torch says so with a plain RuntimeError."""
    said = str(error).lower()
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(text in said for text in _SAID)
