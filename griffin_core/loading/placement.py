"""Choose device and dtype, and see whether a model fits. Knows the machine; knows nothing of files."""

import platform
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from griffin_core.errors import OutOfMemoryError, SettingsError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_SHORT_NAMES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
WORKING_ROOM = 1.1  # weights alone never suffice: cache, activations, the pruned lane's slices
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Placement:
    """Where a model goes. `spread`: over all GPUs, for it does not fit on one."""

    device: torch.device
    dtype: torch.dtype
    spread: bool = False

    @property
    def device_map(self) -> str | dict[str, torch.device] | None:
        """What transformers takes for it; None for plain CPU loading."""
        if self.spread:
            return "auto"
        return None if self.device.type == "cpu" else {"": self.device}


def choose_placement(device: str | None, dtype: str | None) -> Placement:
    """Check the names given and fill in what is fastest here for those that are None."""
    chosen = _device(device)
    return Placement(chosen, _dtype(dtype, chosen))


def fit(placement: Placement, *, parameters: int, name: str, may_spread: bool) -> Placement:
    """The placement, spread over several GPUs if need be. Raises OutOfMemoryError when `parameters` do not fit."""
    needed = int(parameters * placement.dtype.itemsize * WORKING_ROOM)
    free = free_bytes(placement.device)
    if needed <= free:
        return placement
    gpus = torch.cuda.device_count() if placement.device.type == "cuda" else 0
    if may_spread and gpus > 1 and needed <= sum(free_bytes(torch.device("cuda", i)) for i in range(gpus)):
        return Placement(placement.device, placement.dtype, spread=True)
    where = "memory" if placement.device.type == "cpu" else f"memory of {placement.device}"
    short = placement.dtype.itemsize > 2
    advice = "Choose dtype bfloat16, a smaller model, or free memory." if short else "Choose a smaller model."
    raise OutOfMemoryError(
        f"{name} needs about {needed / 1e9:.1f} GB in {dtype_name(placement.dtype)} "
        f"({parameters / 1e9:.2f} billion weights and some working room), "
        f"but {free / 1e9:.1f} GB of {where} are free. {advice}"
    )


def free_bytes(device: torch.device) -> int:
    """Memory that can still be had on the device, in a container what the container may still take."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return min(int(psutil.virtual_memory().available), _container_free_bytes())


def device_name(device: torch.device) -> str:
    """What the machine's maker calls it, for a CPU with the threads that torch uses."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    name = _cpu_facts().get("model name") or platform.processor() or platform.machine() or "CPU"
    return f"{name}, {threads} thread{'' if threads == 1 else 's'}"


def dtype_name(dtype: torch.dtype) -> str:
    """`bfloat16` for torch.bfloat16."""
    return str(dtype).removeprefix("torch.")


def _device(name: str | None) -> torch.device:
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name is None:
        return torch.device("cuda", 0) if gpus else torch.device("cpu")
    wanted = str(name).strip().lower()
    known = {"cpu": torch.device("cpu"), **{f"cuda:{i}": torch.device("cuda", i) for i in range(gpus)}}
    if gpus:
        known["cuda"] = torch.device("cuda", 0)
    if wanted not in known:
        raise SettingsError(f'device must be one of {", ".join(sorted(known))} on this machine, got "{name}".')
    return known[wanted]


def _dtype(name: str | None, device: torch.device) -> torch.dtype:
    if name is None:
        if device.type == "cuda" or _has_bfloat16_dot_products():
            return torch.bfloat16
        return torch.float32
    wanted = str(name).strip().lower().removeprefix("torch.")
    dtype = DTYPES.get(_SHORT_NAMES.get(wanted, wanted))
    if dtype is None:
        raise SettingsError(f'dtype must be one of {", ".join(DTYPES)}, got "{name}".')
    return dtype


def _has_bfloat16_dot_products() -> bool:
    # Without them bfloat16 is widened number by number, which loses more time than the halved weights win.
    facts = _cpu_facts()
    flags = set(f"{facts.get('flags', '')} {facts.get('Features', '')}".split())
    return bool(flags & {"avx512_bf16", "amx_bf16", "bf16"})


def _cpu_facts() -> dict[str, str]:
    """The first processor's lines of /proc/cpuinfo; empty where there is none."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _container_free_bytes() -> int:
    """What is left under the control group's limit; the page cache can be given back, so it counts as free."""
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        facts = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        return limit - used + int(facts.get("inactive_file", 0)) + int(facts.get("active_file", 0))
    except (OSError, ValueError):  # no control groups, or the word "max"
        return 2**63 - 1
