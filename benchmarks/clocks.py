"""The clock and the company that a measurement had: what changed between readings, and whether it was quiet, in words.

A reading is taken between repeats, never inside one. The clock of a virtual machine is what its host states, which may
be a constant. Knows readings; asks no machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.readings import CoreTimes, GpuReading, Reading

MOST_STEAL = 0.01
"""Share of the time in which the cores were wanted; more, and it was not quiet."""
MOST_OTHERS = 0.05
"""Share of all time of the cores; more, and it was not quiet."""


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """What changed between the first reading and the last. Shares are 0-1.

    lowest_mhz, gpu_lowest_mhz: of all readings after the first, before which a machine may rest.
    throttled: events between the two. steal_share: of the time in which the process's cores were wanted, what the host
    of a virtual machine withheld; others_share: of all their time, what other processes took.
    disturbances: in words, whatever was over its limit; quiet: whether nothing was, None where the shares are unknown.
    unread: why figures are None, of all readings.
    """

    before: Reading
    after: Reading
    lowest_mhz: float | None
    gpu_lowest_mhz: float | None
    throttled: int | None
    steal_share: float | None
    others_share: float | None
    disturbances: tuple[str, ...]
    quiet: bool | None
    unread: dict[str, str]


def clocks_of(readings: Sequence[Reading]) -> Clocks:
    """Everything from the first reading to the last; at least one."""
    before, *later = readings
    after = readings[-1]
    unread = {name: why for reading in readings for name, why in reading.unread.items()}
    steal = others = throttled = None
    if before.times is not None and after.times is not None:
        steal, others = _shares(before.times, after.times)
        if steal is None:
            unread["shares"] = "the machine counted no time between the readings"
    if before.throttled is not None and after.throttled is not None:
        throttled = after.throttled - before.throttled
    gpus = [reading.gpu for reading in later if reading.gpu is not None]
    disturbances = tuple(_disturbances(steal, others, throttled, gpus))
    return Clocks(
        before=before,
        after=after,
        lowest_mhz=min((reading.mhz for reading in later if reading.mhz is not None), default=None),
        gpu_lowest_mhz=min((gpu.mhz for gpu in gpus if gpu.mhz is not None), default=None),
        throttled=throttled,
        steal_share=steal,
        others_share=others,
        disturbances=disturbances,
        quiet=False if disturbances else None if steal is None else True,
        unread=unread,
    )


def say(clocks: Clocks) -> str:
    """One line: the clock, and whether it was quiet."""
    before, after = clocks.before, clocks.after
    said = [f"Clock: {_mhz_in_words(before.mhz, after.mhz, clocks.lowest_mhz)}"]
    if before.is_virtual:
        said[0] += " as the virtual machine states it"
    said.append("throttling unknown" if clocks.throttled is None else f"throttled {clocks.throttled} times")
    if before.load is not None and after.load is not None:
        said.append(f"load {before.load:.1f} before, {after.load:.1f} after")
    if clocks.steal_share is not None and clocks.others_share is not None:
        others = f"other processes {clocks.others_share:.1%}"
        said.append(f"steal {clocks.steal_share:.1%}, {others} of {before.cores} cores")
    if before.gpu is not None and after.gpu is not None:
        said.append(f"GPU {_mhz_in_words(before.gpu.mhz, after.gpu.mhz, clocks.gpu_lowest_mhz)}")
        if after.gpu.celsius is not None and after.gpu.watts is not None:
            said.append(f"{after.gpu.celsius:.0f} °C and {after.gpu.watts:.0f} W after")
    if clocks.disturbances:
        verdict = f"It was NOT quiet: {', '.join(clocks.disturbances)}. Measure again when the machine is left alone."
    elif clocks.quiet:
        verdict = f"It was quiet: steal at most {MOST_STEAL:.0%}, other processes at most {MOST_OTHERS:.0%}."
    else:
        verdict = "Whether it was quiet is unknown."
    why = "; ".join(dict.fromkeys(clocks.unread.values()))
    return f"{'; '.join(said)}. {verdict}{f' Not read: {why}.' if why else ''}"


def _disturbances(
    steal: float | None, others: float | None, throttled: int | None, gpus: Sequence[GpuReading]
) -> Iterator[str]:
    if steal is not None and steal > MOST_STEAL:
        yield f"the host withheld {steal:.1%} of the time the cores were wanted (over {MOST_STEAL:.0%})"
    if others is not None and others > MOST_OTHERS:
        yield f"other processes took {others:.1%} of the cores (over {MOST_OTHERS:.0%})"
    if throttled:
        yield f"the processor was throttled {throttled} times"
    if slowed_by := dict.fromkeys(reason for gpu in gpus for reason in gpu.slowed_by or ()):
        yield f"the GPU was slowed by {' and '.join(slowed_by)}"


def _shares(before: CoreTimes, after: CoreTimes) -> tuple[float, float] | tuple[None, None]:
    """steal_share and others_share."""
    busy_s, stolen_s = after.busy_s - before.busy_s, after.stolen_s - before.stolen_s
    total_s = busy_s + stolen_s + after.idle_s - before.idle_s
    if total_s <= 0:
        return None, None
    others_s = max(0.0, busy_s - (after.own_s - before.own_s))  # two clocks of 10 ms, so it can fall below zero
    return (stolen_s / (busy_s + stolen_s) if stolen_s else 0.0), others_s / total_s


def _mhz_in_words(before: float | None, after: float | None, lowest: float | None) -> str:
    if before is None or after is None or lowest is None:
        return "MHz unknown"
    return f"{before:.0f} MHz before, {after:.0f} after, {lowest:.0f} at the lowest"
