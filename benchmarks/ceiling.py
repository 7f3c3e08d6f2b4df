"""What the machine could give at most: bytes of memory a second, by the very path that decoding takes.

Decoding one token reads every weight once, so a lane's own bytes a second against this figure say how much of the
machine it uses. On a CPU it is the best of a few products of one row with a matrix far larger than the caches, by
griffin_core's own kernels where they could be compiled, else by torch. On CUDA it is a large copy, which reads and
writes every byte, both counted. A GB is 10^9 bytes. Knows devices; knows no model.
"""

from collections.abc import Callable
from pathlib import Path

import torch

from griffin_core.kernels import Code, Operation, Program, find_library
from griffin_core.loading.placement import free_bytes
from griffin_core.timing import now_s

TRIES = 25
COLUMNS = 4096
CACHES = 8
"""The matrix is so many times as large as the last cache."""
SMALLEST, LARGEST = 2**28, 2**30
COPIED = 2**31
COPIES = 8
"""Copies queued at once, so that starting them is not what is timed."""
_LAST_CACHE = Path("/sys/devices/system/cpu/cpu0/cache/index3/size")


def ceiling_gb_s(device: torch.device, dtype: torch.dtype) -> float:
    """Gigabytes a second of the best try. dtype: of the matrix; a GPU copies bytes and does not look at it."""
    work, moved = _copy(device) if device.type == "cuda" else _product(dtype)
    work()  # warms everything
    took_s = []
    for _ in range(TRIES):
        started_s = now_s(device)
        work()
        took_s.append(now_s(device) - started_s)
    return moved / min(took_s) / 1e9


def _product(dtype: torch.dtype) -> tuple[Callable[[], object], int]:
    """One row times a matrix, and the bytes of the matrix."""
    size = min(max(SMALLEST, CACHES * _last_cache_bytes()), LARGEST, free_bytes(torch.device("cpu")) // 4)
    rows = size // (COLUMNS * dtype.itemsize)
    weight = torch.ones((rows, COLUMNS), dtype=dtype)  # ones are written; zeros may be one page, read from a cache
    x, out = torch.ones((1, COLUMNS), dtype=dtype), torch.empty((1, rows), dtype=dtype)
    if find_library() is not None:
        return Program([Operation(Code.LINEAR, (1, 1, rows, COLUMNS), out[0], x[0], weight)]), weight.nbytes
    return lambda: torch.matmul(x, weight.T, out=out), weight.nbytes


def _copy(device: torch.device) -> tuple[Callable[[], object], int]:
    """A few large copies, and the bytes they read and write."""
    size = min(COPIED, free_bytes(device) // 4)
    source = torch.ones(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)

    def copy() -> None:
        for _ in range(COPIES):
            target.copy_(source)

    return copy, 2 * COPIES * size


def _last_cache_bytes() -> int:
    """Of the first core's; 0 where nobody says."""
    try:
        size = _LAST_CACHE.read_text(encoding="ascii").strip()
        return int(size.removesuffix("K")) * 1024
    except (OSError, ValueError):
        return 0
