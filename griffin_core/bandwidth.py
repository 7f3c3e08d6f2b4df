"""How fast this machine reads memory, measured by adding up a large buffer. Knows torch; knows no model."""

import statistics

import torch

from griffin_core.errors import OutOfMemoryError
from griffin_core.memory import ran_out_of_memory
from griffin_core.timing import now_s

CPU_BUFFER_BYTES = 512 * 2**20
"""Far more than any cache holds."""
GPU_BUFFER_BYTES = 2 * 2**30
"""More, so that starting the sum is no part of its time."""
READINGS = 7


def read_bandwidth_gb_s(device: torch.device, *, buffer_bytes: int | None = None, readings: int = READINGS) -> float:
    """Median over `readings` sums of a buffer, after one that is not counted. Takes about a second.

    On a CPU with the threads that torch uses. Raises OutOfMemoryError where the buffer does not fit.
    """
    size = buffer_bytes or (CPU_BUFFER_BYTES if device.type == "cpu" else GPU_BUFFER_BYTES)
    try:
        buffer = torch.ones(size // 4, dtype=torch.float32, device=device)
        buffer.sum()
        taken_s = [_sum_s(buffer) for _ in range(readings)]
    except (RuntimeError, MemoryError) as error:
        if not ran_out_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"measuring takes {size / 1e9:.1f} GB of memory on {device}, which are not free. "
            "Free memory, or give the bandwidth in GB/s."
        ) from error
    return buffer.nbytes / statistics.median(taken_s) / 1e9


def _sum_s(buffer: torch.Tensor) -> float:
    started_s = now_s(buffer.device)
    buffer.sum()
    return now_s(buffer.device) - started_s
