"""Readings of the machine on made-up files of a kernel, and what is said of two readings."""

import dataclasses
import json
import os
import sys
from types import SimpleNamespace

import pytest
import torch

from benchmarks import clocks, readings
from benchmarks.readings import CoreTimes, GpuReading, Reading

CPU, CUDA = torch.device("cpu"), torch.device("cuda", 0)
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine without any file, of whose cores this process may use the first and the third."""
    for name in ("CPUINFO", "STAT", "CPUS"):
        monkeypatch.setattr(readings, name, tmp_path / name.lower())
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2}, raising=False)
    return tmp_path


def reading(*, busy_s=0.0, stolen_s=0.0, idle_s=0.0, own_s=0.0, **figures):
    known = {"cores": 2, "is_virtual": False, "mhz": 3000.0, "throttled": 4, "load": 1.0, "gpu": None, "unread": {}}
    times = CoreTimes(busy_s=busy_s, stolen_s=stolen_s, idle_s=idle_s, own_s=own_s)
    return Reading(**{"times": times} | known | figures)


def test_times_are_those_of_the_cores_that_the_process_may_use(machine):
    lines = ["cpu  9 9 9 9 9 9 9 9 0 0", "cpu0 10 1 2 30 4 5 6 7 8 9", "cpu1 99 99 99 99 99 99 99 99 0 0"]
    (machine / "stat").write_text("\n".join([*lines, "cpu2 100 0 0 300 0 0 0 70 0 0", "ctxt 1"]), encoding="ascii")
    times = readings.read(CPU).times
    assert times.busy_s == pytest.approx((10 + 1 + 2 + 5 + 6 + 100) / TICKS_A_SECOND)
    assert times.stolen_s == pytest.approx(77 / TICKS_A_SECOND)
    assert times.idle_s == pytest.approx(334 / TICKS_A_SECOND)
    assert times.own_s > 0


def test_a_clock_is_the_mean_of_the_cores_of_the_process_as_governed_or_else_as_listed(machine):
    cores = [f"processor\t: {core}\nflags\t\t: fpu hypervisor\ncpu MHz\t\t: {1000 + core}.5" for core in range(3)]
    (machine / "cpuinfo").write_text("\n\n".join(cores), encoding="utf-8")
    found = readings.read(CPU)
    assert found.mhz == pytest.approx(1001.5)
    assert found.is_virtual
    for core, khz in enumerate((2_000_000, 9_000_000, 3_000_000)):
        folder = machine / "cpus" / f"cpu{core}" / "cpufreq"
        folder.mkdir(parents=True)
        (folder / "scaling_cur_freq").write_text(f"{khz}\n", encoding="ascii")
    assert readings.read(CPU).mhz == pytest.approx(2500)


def test_throttling_is_counted_over_all_cores_and_packages(machine):
    for core in range(2):
        folder = machine / "cpus" / f"cpu{core}" / "thermal_throttle"
        folder.mkdir(parents=True)
        (folder / "core_throttle_count").write_text("3\n", encoding="ascii")
        (folder / "package_throttle_count").write_text("5\n", encoding="ascii")
        (folder / "core_throttle_max_time_ms").write_text("100\n", encoding="ascii")
    assert readings.read(CPU).throttled == 16


@pytest.mark.parametrize("stat", [None, "cpu0 1 2 3", "cpu0 1 1 1 1 1 1 1 1\ncpu1 1 1 1 1 1 1 1 1"])
def test_a_machine_that_tells_nothing_gives_reasons_and_no_verdict(machine, stat):
    if stat is not None:
        (machine / "stat").write_text(stat, encoding="ascii")
    found = readings.read(CPU)
    assert found.mhz is found.throttled is found.times is None
    assert {"mhz", "throttled", "times"} <= set(found.unread)
    whole = clocks.clocks_of([found, found])
    assert whole.quiet is whole.steal_share is whole.others_share is whole.lowest_mhz is None
    said = clocks.say(whole)
    assert "MHz unknown" in said
    assert "Whether it was quiet is unknown. Not read: " in said
    assert str(machine / "cpus") in said


def test_own_work_is_not_that_of_others_and_shares_are_of_what_they_are_said_to_be():
    whole = clocks.clocks_of([reading(), reading(busy_s=99, stolen_s=1, idle_s=100, own_s=89)])
    assert whole.steal_share == pytest.approx(1 / 100)
    assert whole.others_share == pytest.approx(10 / 200)
    assert whole.quiet
    assert "It was quiet" in clocks.say(whole)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"busy_s": 100, "idle_s": 100, "own_s": 80}, "other processes took 10.0% of the cores (over 5%)"),
        (
            {"busy_s": 97, "stolen_s": 3, "own_s": 97},
            "the host withheld 3.0% of the time the cores were wanted (over 1%)",
        ),
        ({"busy_s": 100, "own_s": 100, "throttled": 6}, "the processor was throttled 2 times"),
    ],
)
def test_what_was_not_quiet_is_said_in_words(after, said):
    whole = clocks.clocks_of([reading(), reading(**after)])
    assert whole.quiet is False
    assert whole.disturbances == (said,)
    assert f"It was NOT quiet: {said}." in clocks.say(whole)


def test_the_lowest_clock_is_not_that_of_the_rest_before():
    clock = [reading(mhz=mhz, idle_s=at) for at, mhz in enumerate((800.0, 3000.0, 2900.0, 3100.0))]
    whole = clocks.clocks_of(clock)
    assert whole.lowest_mhz == 2900
    assert "800 MHz before, 3100 after, 2900 at the lowest;" in clocks.say(whole)
    assert "as the virtual machine states it" in clocks.say(clocks.clocks_of([reading(is_virtual=True)] * 2))


def test_readings_at_one_moment_have_no_shares():
    whole = clocks.clocks_of([reading()])
    assert whole.quiet is None
    assert "counted no time" in whole.unread["shares"]


def nvml(reasons):
    """NVIDIA's library, which knows one GPU."""
    handles = {"GPU-abc": "the handle"}
    return SimpleNamespace(
        NVMLError=type("NVMLError", (Exception,), {}),
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByUUID=handles.__getitem__,
        nvmlDeviceGetCurrentClocksThrottleReasons={"the handle": reasons}.__getitem__,
    )


def test_a_gpu_tells_its_clock_heat_power_and_what_slows_it(monkeypatch):
    library = nvml(0x1 | 0x4 | 0x40)  # idle, which slows nothing, and two that do

    def refuse(_):
        raise library.NVMLError("Not Supported")

    monkeypatch.setitem(sys.modules, "pynvml", library)
    monkeypatch.setattr(torch.cuda, "clock_rate", lambda _: 1980)
    monkeypatch.setattr(torch.cuda, "temperature", lambda _: 41)
    monkeypatch.setattr(torch.cuda, "power_draw", lambda _: 312_000)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(uuid="abc"))
    found = readings.read(CUDA)
    slowed_by = ("power cap", "hardware thermal slowdown")
    assert found.gpu == GpuReading(mhz=1980, celsius=41, watts=312, slowed_by=slowed_by)
    whole = clocks.clocks_of([found, found])
    assert whole.gpu_lowest_mhz == 1980
    assert "the GPU was slowed by power cap and hardware thermal slowdown" in whole.disturbances
    assert "41 °C and 312 W after" in clocks.say(whole)
    monkeypatch.setattr(torch.cuda, "power_draw", refuse)
    found = readings.read(CUDA)
    assert (found.gpu.watts, found.gpu.mhz, found.unread["gpu_watts"]) == (None, 1980, "Not Supported")


def test_a_gpu_whose_library_is_missing_tells_nothing_and_why(monkeypatch):
    def missing(_):
        raise ModuleNotFoundError("nvidia-ml-py does not seem to be installed")

    monkeypatch.delitem(sys.modules, "pynvml", raising=False)
    for name in ("clock_rate", "temperature", "power_draw"):
        monkeypatch.setattr(torch.cuda, name, missing)
    found = readings.read(CUDA)
    assert found.gpu == GpuReading(mhz=None, celsius=None, watts=None, slowed_by=None)
    assert all("nvidia-ml-py" in found.unread[f"gpu_{name}"] for name in ("mhz", "celsius", "watts", "slowed_by"))
    assert "GPU MHz unknown" in clocks.say(clocks.clocks_of([found, found]))


def test_clocks_of_this_machine_are_one_line_and_plain_json():
    whole = clocks.clocks_of([readings.read(CPU), readings.read(CPU)])
    assert json.loads(json.dumps(dataclasses.asdict(whole)))["before"]["cores"] >= 1
    assert "\n" not in clocks.say(whole)
