"""What the machine tells about itself at one moment: its clock, throttling, load, and what its cores' time went to.

Of this process's cores alone. The sources are files of Linux and, on CUDA, NVIDIA's library by way of torch (package
nvidia-ml-py). What cannot be read is None, and `unread` says why. Knows no benchmark.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch

T = TypeVar("T")

CPUINFO, STAT = Path("/proc/cpuinfo"), Path("/proc/stat")
CPUS = Path("/sys/devices/system/cpu")
_SLOWED_BY = {
    0x4: "power cap",
    0x8: "hardware slowdown",
    0x20: "software thermal slowdown",
    0x40: "hardware thermal slowdown",
    0x80: "power brake",
}  # of NVML's reasons for a clock those that slow it below what was asked for


@dataclass(frozen=True, kw_only=True)
class GpuReading:
    """The GPU at one moment: clock of its processors in MHz, degrees Celsius, watts, and what holds its clock down."""

    mhz: float | None
    celsius: float | None
    watts: float | None
    slowed_by: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class CoreTimes:
    """Seconds that the process's cores spent, added up, since the machine started; own_s: of them, by this process.

    busy_s: at work for any process; stolen_s: wanted, but withheld by the host of a virtual machine.
    """

    busy_s: float
    stolen_s: float
    idle_s: float
    own_s: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One moment. cores: those that the process may use. mhz: their mean clock.

    throttled: events counted since the machine started, over all cores and packages. load: processes that run or want
    to, mean of the last minute. gpu: None on a CPU. unread: of every figure that is None for another reason, that.
    """

    cores: int
    is_virtual: bool
    mhz: float | None
    throttled: int | None
    times: CoreTimes | None
    load: float | None
    gpu: GpuReading | None
    unread: dict[str, str]


def read(device: torch.device) -> Reading:
    """The machine now; of `device` only if it is a GPU."""
    unread: dict[str, str] = {}
    return Reading(
        cores=len(_cores()),
        is_virtual=_ask(unread, "is_virtual", lambda: " hypervisor" in CPUINFO.read_text(encoding="utf-8")) or False,
        mhz=_ask(unread, "mhz", _mhz),
        throttled=_ask(unread, "throttled", _throttled),
        times=_ask(unread, "times", _times),
        load=_ask(unread, "load", lambda: os.getloadavg()[0]),
        gpu=_read_gpu(device, unread) if device.type == "cuda" else None,
        unread=unread,
    )


def _ask(unread: dict[str, str], name: str, question: Callable[[], T]) -> T | None:
    """The answer, or None with the reason in `unread`."""
    nvml = sys.modules.get("pynvml")  # imported by torch where it is installed
    failures = (OSError, ValueError, RuntimeError, ImportError, *((nvml.NVMLError,) if nvml else ()))
    try:
        return question()
    except failures as error:
        unread[name] = str(error)
        return None


def _cores() -> list[int]:
    """Those that this process may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def _mhz() -> float:
    cores = _cores()
    governed = [CPUS / f"cpu{core}" / "cpufreq" / "scaling_cur_freq" for core in cores]  # in kHz
    if all(file.exists() for file in governed):
        found = [int(file.read_text(encoding="ascii")) / 1000 for file in governed]
    else:
        lines = CPUINFO.read_text(encoding="utf-8").splitlines()
        listed = [float(line.partition(":")[2]) for line in lines if line.startswith("cpu MHz")]
        found = [listed[core] for core in cores if core < len(listed)]
    if not found:
        raise ValueError(f"neither {CPUS}/cpu*/cpufreq nor {CPUINFO} tells a clock")
    return sum(found) / len(found)


def _throttled() -> int:
    counters = list(CPUS.glob("cpu[0-9]*/thermal_throttle/*_throttle_count"))
    if not counters:
        raise ValueError(f"no {CPUS}/cpu*/thermal_throttle")
    return sum(int(counter.read_text(encoding="ascii")) for counter in counters)


def _times() -> CoreTimes:
    names = [f"cpu{core}" for core in _cores()]
    lines = dict(line.split(maxsplit=1) for line in STAT.read_text(encoding="ascii").splitlines())
    rows = [[int(ticks) for ticks in lines[name].split()[:8]] for name in names if name in lines]
    if len(rows) < len(names) or min(map(len, rows)) < 8:
        raise ValueError(f"{STAT} has no line of eight times for each of {', '.join(names)}")
    sums = [sum(column) / os.sysconf("SC_CLK_TCK") for column in zip(*rows, strict=True)]
    user, nice, system, idle, iowait, irq, softirq, steal = sums  # times of guests follow in the file, and are in user
    return CoreTimes(
        busy_s=user + nice + system + irq + softirq,
        stolen_s=steal,
        idle_s=idle + iowait,
        own_s=sum(os.times()[:4]),  # with those of its children that have ended
    )


def _read_gpu(device: torch.device, unread: dict[str, str]) -> GpuReading:
    return GpuReading(
        mhz=_ask(unread, "gpu_mhz", lambda: float(torch.cuda.clock_rate(device))),
        celsius=_ask(unread, "gpu_celsius", lambda: float(torch.cuda.temperature(device))),
        watts=_ask(unread, "gpu_watts", lambda: torch.cuda.power_draw(device) / 1000),
        slowed_by=_ask(unread, "gpu_slowed_by", lambda: _slowed_by(device)),
    )


def _slowed_by(device: torch.device) -> tuple[str, ...]:
    nvml = sys.modules.get("pynvml")
    if nvml is None:
        raise ImportError("nvidia-ml-py is not installed")
    nvml.nvmlInit()
    handle = nvml.nvmlDeviceGetHandleByUUID(f"GPU-{torch.cuda.get_device_properties(device).uuid}")
    reasons = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)
    return tuple(name for bit, name in _SLOWED_BY.items() if reasons & bit)
