import time

import pytest
import torch

from griffin_core.timing import LaneClock, SpanTimer

CPU = torch.device("cpu")


def test_span_timer_adds_up_what_happens_inside_and_nothing_between():
    timer = SpanTimer(CPU)
    for _ in range(2):
        with timer.span(CPU):
            time.sleep(0.01)
        time.sleep(0.05)
    assert 20 <= timer.total_ms() < 100  # a sleep is never shorter than asked for


def test_lane_clock_counts_its_own_compute_and_what_it_is_charged():
    clock = LaneClock(CPU)
    clock.charge(3.5)
    with clock.running() as span:
        time.sleep(0.01)
    assert span.ms >= 10
    assert clock.elapsed_ms == pytest.approx(3.5 + span.ms)
    assert clock.elapsed_us == round(clock.elapsed_ms * 1000)
