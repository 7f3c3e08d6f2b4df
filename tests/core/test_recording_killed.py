"""A process that is killed while it records: the file plays to its last whole event, and nothing else is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from griffin_core.recording import read_recording

RACE = """
import sys
from griffin_core.recording import record
from tests.core.hand_made import ANSWERS, recording

words = tuple(f" word{n}" for n in range(2000))
race = recording(tuple((lane, words, ms) for lane, _, ms in ANSWERS), max_new_tokens=len(words))
for event in record(race.events, sys.argv[1]):
    print(event.t_s, flush=True)
"""


def killed_after(lines: int, pause_s: float, path: Path) -> list[str]:
    """What a recording process had said when it was killed: the times of the events that it had passed on."""
    process = subprocess.Popen([sys.executable, "-c", RACE, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    time.sleep(pause_s)
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return said


def check(times: int, folder: Path) -> None:
    draw = random.Random(times)
    for attempt in range(times):
        path = folder / f"{attempt}.griffin.jsonl"
        said = killed_after(draw.randrange(1, 1500), draw.random() / 100, path)
        found = read_recording(path)
        told = [event.t_s for event in found.events]
        whole = [float(line) for line in said if line.endswith("\n")]
        assert told[: len(whole)] == whole, "an event that was passed on is not in the file"
        assert len(told) <= len(whole) + 2, "more than the event in hand"
        assert not found.complete or len(told) > 4000


def test_a_killed_recording_plays_to_its_last_whole_event(tmp_path):
    check(5, tmp_path)


@pytest.mark.long
def test_fifty_killed_recordings_play_to_their_last_whole_event(tmp_path):
    check(50, tmp_path)
