"""How large a recording of a usual run becomes, its maps at their worst: drawn at random, so that nothing squeezes."""

import gzip
from pathlib import Path

from griffin_core.events import PlanMade, TokenEmitted
from griffin_core.recording import read_recording, record
from tests.app.scripted_plans import EMBEDDED, large_race


def test_a_run_of_256_tokens_with_maps_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "run.griffin.jsonl"
    list(record(large_race(EMBEDDED, tokens=256), path))
    events = read_recording(path).events
    assert sum(isinstance(event, TokenEmitted) for event in events) == 2 * 256
    assert sum(isinstance(event, PlanMade) for event in events) == 1
    assert path.stat().st_size < 300_000
    assert len(gzip.compress(path.read_bytes())) < 100_000
