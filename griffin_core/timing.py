"""The only reader of a clock. Waits for the device before reading; knows nothing of what is being timed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch


def now_s(device: torch.device) -> float:
    """Seconds on a steady clock, after everything queued on `device` has finished."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


class SessionClock:
    """Seconds since the run was asked for. Does not wait for the device: it orders events and times no compute."""

    def __init__(self) -> None:
        self._started_s = time.perf_counter()

    @property
    def t_s(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._started_s


@dataclass
class Span:
    """How long one block took, known once it is over."""

    ms: float = 0.0


class LaneClock:
    """Adds up the compute one lane is charged for, in milliseconds."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.elapsed_ms = 0.0

    def charge(self, ms: float) -> None:
        """Add compute that was measured elsewhere, such as the shared prefill."""
        self.elapsed_ms += ms

    @contextmanager
    def running(self) -> Iterator[Span]:
        """Count what happens inside; the span says how much that was."""
        span = Span()
        started_s = now_s(self._device)
        yield span
        span.ms = (now_s(self._device) - started_s) * 1000
        self.elapsed_ms += span.ms

    @property
    def elapsed_us(self) -> int:
        """Whole microseconds, as events carry them."""
        return round(self.elapsed_ms * 1000)


class SpanTimer:
    """Adds up many short spans inside a long step without stopping the device at each one."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._host_ms = 0.0
        self._marks: list[tuple[torch.cuda.Event, torch.cuda.Event]] = []

    @contextmanager
    def span(self, device: torch.device) -> Iterator[None]:
        """Count what happens inside on `device`, by the device's own clock where it has one."""
        if device.type == "cuda":
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            stream = torch.cuda.current_stream(device)
            begin.record(stream)
            yield
            end.record(stream)
            self._marks.append((begin, end))
        else:
            started_s = time.perf_counter()
            yield
            self._host_ms += (time.perf_counter() - started_s) * 1000

    def total_ms(self) -> float:
        """All spans so far; waits for the device."""
        now_s(self._device)
        device_ms: float = sum(begin.elapsed_time(end) for begin, end in self._marks)
        return self._host_ms + device_ms
