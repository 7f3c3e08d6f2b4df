"""Measured reading: a number above zero, and words where the buffer does not fit. Without timed assertions."""

import pytest
import torch

from griffin_core.bandwidth import read_bandwidth_gb_s
from griffin_core.errors import OutOfMemoryError

CPU = torch.device("cpu")


def test_a_buffer_is_read_in_some_time() -> None:
    assert read_bandwidth_gb_s(CPU, buffer_bytes=4 * 2**20, readings=3) > 0


def test_a_buffer_that_does_not_fit_is_told_in_words() -> None:
    with pytest.raises(OutOfMemoryError, match="not free.*give the bandwidth in GB/s"):
        read_bandwidth_gb_s(CPU, buffer_bytes=2**55)


def test_the_time_is_the_median_of_the_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 1.0, 3.0, 3.0, 12.0])  # readings of 1, 2 and 9 seconds
    monkeypatch.setattr("griffin_core.bandwidth.now_s", lambda device: next(clock))
    assert read_bandwidth_gb_s(CPU, buffer_bytes=4_000_000, readings=3) == pytest.approx(4e6 / 2 / 1e9)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_is_read_too() -> None:
    assert read_bandwidth_gb_s(torch.device("cuda", 0), buffer_bytes=2**26, readings=3) > 0
