"""The most memory a measurement held: of the process, or of torch on a GPU. A MB is 10^6 bytes. Knows no model."""

import gc
import resource
import sys
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")
_PEAK_OF_MEMORY = "5"  # proc(5): resets the peak resident set size


def begin_peak(device: torch.device) -> None:
    """Forget the peak so far. Where the kernel cannot, as anywhere but on Linux, it stays the process's so far."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
        return
    try:
        _RESET.write_text(_PEAK_OF_MEMORY, encoding="ascii")
    except OSError:
        return


def peak_mb(device: torch.device) -> float:
    """The peak since `begin_peak`: of what torch's tensors take on a GPU, else of the process in main memory."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    return _peak_rss_bytes() / 1e6


def _peak_rss_bytes() -> int:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
        (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM")]
        return int(peak) * 1024
    except (OSError, ValueError):
        peak_rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak_rss if sys.platform == "darwin" else peak_rss * 1024
