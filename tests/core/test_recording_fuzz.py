"""Recordings that were damaged by chance or on purpose: read, or refused in words; never anything else."""

import gzip
import io
import json
import subprocess
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from griffin_core.errors import RecordingError
from griffin_core.events import RunStarted
from griffin_core.metrics import RunTally
from griffin_core.recording import Header, Limits, PromptText, Recording, read_recording
from griffin_core.recording.lines import event_line, header_line
from tests.core.hand_made import recording
from tests.core.test_events import SAMPLES

HEADER = Header(created="2026-05-04T12:30:00Z", run=recording().header.run, prompt=PromptText(text="Why?"))
LINES = [header_line(HEADER), *(event_line(event) for event in recording().events[1:])]
WHOLE = b"".join(LINES)
LIMITS = Limits(bytes=1 << 20, line_bytes=1 << 18, events=1000)

odd_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def read(data: bytes) -> Recording | None:
    """The recording, folded once as everything downstream would; None where it was refused in words."""
    try:
        found = read_recording(io.BytesIO(data), limits=LIMITS)
    except RecordingError as error:
        refused = str(error)
    else:
        tally = RunTally()
        for event in found.race:
            tally.add(event)
        assert len(tally.lanes()) == len(found.header.run.lanes)
        return found
    assert 10 < len(refused) < 400
    return None


@given(st.integers(min_value=0, max_value=len(WHOLE)))
def test_a_file_cut_anywhere_plays_to_its_last_whole_event(length):
    found = read(WHOLE[:length])
    whole = WHOLE[:length].count(b"\n") + any(length + 1 == len(b"".join(LINES[:n])) for n in range(1, len(LINES) + 1))
    if whole == 0:
        assert found is None
    else:
        assert found is not None
        assert found.events == recording().events[:whole]


@given(st.lists(st.integers(min_value=0, max_value=8 * len(WHOLE) - 1), min_size=1, max_size=3))
@settings(max_examples=300)
def test_flipped_bits_are_read_or_refused(bits):
    damaged = bytearray(WHOLE)
    for bit in bits:
        damaged[bit // 8] ^= 1 << bit % 8
    read(bytes(damaged))


@given(st.data())
@settings(max_examples=300)
def test_odd_values_anywhere_are_read_or_refused(data):
    number = data.draw(st.integers(min_value=0, max_value=len(LINES) - 1))
    line = json.loads(LINES[number])
    place: Any = line
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(odd_values)
    damaged = [*LINES]
    damaged[number] = json.dumps(line).encode() + b"\n"
    read(b"".join(damaged))


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused(data):
    assert read(data) is None
    read(gzip.compress(data))
    read(b"\x1f\x8b" + data)


@given(st.permutations([event for event in SAMPLES if not isinstance(event, RunStarted)]))
def test_events_in_any_order_are_read_or_refused(events):
    read(b"".join([LINES[0], *(event_line(event) for event in events)]))


HOSTILE = {
    "a huge line": b"[" * (1 << 25),
    "nothing but ends of lines": b"\n" * (1 << 25),
    "deep": b'{"a":' * (1 << 22),
    "packed": gzip.compress(b"x" * (1 << 26)),
    "a huge second line": LINES[0] + b"x" * (1 << 25),
}


MANY_WRONG_IDS = """
import json, resource
from griffin_core.errors import RecordingError
from griffin_core.recording.lines import parse_header
from tests.core.test_recording_fuzz import LINES

header = json.loads(LINES[0])
for key, value in {"prompt_ids": [""] * 500_000, "stop": [1] * 500_000, "sources": [{}] * 100_000}.items():
    line = json.dumps({**header, "run": {**header["run"], key: value}}).encode()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        parse_header(line)
    except RecordingError:
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) // 1024)
"""


def test_many_wrong_items_take_no_more_memory_than_one():
    done = subprocess.run([sys.executable, "-c", MANY_WRONG_IDS], capture_output=True, text=True, check=False)
    grown_mib = [int(line) for line in done.stdout.split()]
    assert len(grown_mib) == 3, done.stderr
    assert max(grown_mib) < 100  # a list of every error would take some 500


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_memory_stays_bounded(data):
    tracemalloc.start()
    try:
        assert read(data) is None
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 16 * LIMITS.line_bytes
